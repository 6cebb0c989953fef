using PersonalizeConnectors.Worker;

return await WorkerProcess.RunAsync(args);
