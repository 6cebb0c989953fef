using PersonalizeConnectors.Benchmarks.Pipeline;

return args switch
{
    ["pipeline", .. var options] => await PipelineCommand.RunAsync(PipelineOptions.Parse(options)),
    ["generate", var folder, .. var options] => PipelineCommand.Generate(folder, PipelineOptions.Parse(options)),
    [Children.Verb, .. var contestant] => Children.Run(contestant),
    _ => throw new ArgumentException(PipelineOptions.Usage),
};
