using PersonalizeConnectors.Benchmarks.Pipeline;

return args switch
{
    ["pipeline", .. var options] => await PipelineCommand.RunAsync(PipelineOptions.Parse(options)),
    [Children.Verb, .. var contestant] => Children.Run(contestant),
    _ => throw new ArgumentException(PipelineOptions.Usage),
};
