namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>What a step does, for whoever reads a run in the Web UI without knowing the code.</summary>
internal static class StepMeaning
{
    public static string Of(string step) => step switch
    {
        "Recover" => "takes over what interrupted runs had accepted",
        "Plan" => "checks the configuration, finds the inputs, cuts them into chunks",
        "Load" => "reads the batch output",
        "SplitErrors" => "counts and keeps error lines",
        "Table" => "finds the recommendations of each query item",
        "Join" => "finds the query items of each user",
        "Decorate" => "renders each recommended item once",
        "Delta" => "compares users with what was accepted before",
        "Write" => "writes the records to output/",
        "Deliver" => "sends the updates to the destination",
        "CommitState" => "records what was accepted",
        "Report" => "writes the report, removes staging",
        _ => "",
    };
}
