namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>Which run a step belongs to; everything else a step needs it finds under this run's staging.</summary>
/// <param name="JobPath">Canonical path of the job, without a trailing slash: <c>s3://bucket/etl_jobs/type/name</c> or an absolute local folder.</param>
/// <param name="RunId">UTC start time <c>yyyyMMddTHHmmssZ</c>, <c>-</c>, 8 hex digits.</param>
public sealed record RunRef(string JobPath, string RunId);
