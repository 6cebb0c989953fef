using PersonalizeConnectors.Benchmarks;
using PersonalizeConnectors.Benchmarks.Operations;
using PersonalizeConnectors.Benchmarks.Pipeline;

return args switch
{
    ["pipeline", .. var options] => await PipelineCommand.RunAsync(PipelineOptions.Parse(options)),
    ["generate", var folder, .. var options] => PipelineCommand.Generate(folder, PipelineOptions.Parse(options)),
    ["steps", .. var options] => await StepTimes.RunAsync(PipelineOptions.Parse(options).Size, rounds: 5),
    [Children.Verb, .. var contestant] => Children.Run(contestant),
    ["--smoke"] => await Smoke.RunAsync(),
    ["operations", .. var filters] => OperationsCommand.Run(filters),
    _ => throw new ArgumentException(PipelineOptions.Usage),
};
