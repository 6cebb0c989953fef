using System.Globalization;
using System.Reflection;
using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.Jobs;

/// <summary>Writes the folder of a new job. What is there already stays as it is.</summary>
internal static class JobScaffold
{
    /// <summary>For editors; beside the configuration, so that it travels with the job.</summary>
    public const string SchemaName = "config.schema.json";

    /// <summary>The one text that a person has to replace.</summary>
    public const string Placeholder = "[BATCH_OUTPUT_FOLDER]";

    private const string MappingHeader = "USER_ID,ITEM_ID\n";
    private const int LongestPrefix = 100;

    /// <returns>What was written, relative to the job's folder; folders end with a slash.</returns>
    public static IReadOnlyList<string> Write(JobPlace place)
    {
        var created = new List<string>();
        Directory.CreateDirectory(place.Folder);
        Put(place, RunKeys.ConfigOf(""), Configuration(place), created);
        Put(place, SchemaName, Schema(), created);
        if (JobTypes.IsItemKeyed(place.JobType))
        {
            Put(place, RunKeys.MappingOf("") + "mapping.csv", MappingHeader, created);
        }

        var metadata = RunKeys.MetadataOf("");
        if (!Directory.Exists(Path.Combine(place.Folder, metadata)))
        {
            Directory.CreateDirectory(Path.Combine(place.Folder, metadata));
            created.Add(metadata);
        }

        return created;
    }

    private static void Put(JobPlace place, string name, string content, List<string> created)
    {
        var path = Path.Combine(place.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path))
        {
            return;
        }

        using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
        }

        created.Add(name);
    }

    private static string Schema()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(SchemaName)
            ?? throw new InvalidOperationException($"The program was built without {SchemaName}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Configuration(JobPlace place) => $$"""
        {
          "$schema": "./{{SchemaName}}",

          // Where Personalize wrote the batch output, relative to the root: a folder with .out files, or the folder above it
          // that holds dated runs, of which the newest finished one is taken.
          "batchInferencePath": "batch/{{Placeholder}}/",

          // Send only what changed since the last run.
          "performDeltaCheck": true,

          // Write the batch output's error lines under errors/.
          "saveBatchInferenceErrors": false,

          // A run refuses beyond these: an empty or broken source cannot wipe a destination.
          "guards": { "minLines": 1, "maxErrorRate": 0.5, "maxChangeRate": null, "maxRemovalRate": 0.2, "maxRejectRate": 0.5 },

          "connectors": {
            "braze": {
              // Fields of the item metadata to send, in this order. Left out: every field but id.
              // "itemMetadataFields": ["name", "price", "url"],

              // In front of every attribute's name, so that two jobs do not overwrite each other's.
              "attributePrefix": "{{Prefix(place.Name)}}",

              // <prefix>items: one object per recommendation. Others: itemIds, parallelArrays.
              "attributeShape": "arrayOfObjects",

              "maxRecommendations": 10,

              // Never create a user. Braze accepts, and forgets, updates of users that it does not know yet,
              // so unchanged users are sent again after so many days.
              "updateExistingOnly": true,
              "resendAfterDays": 30,

              // A user without recommendations keeps what was sent; "clear" empties it.
              "onRemoved": "keep"
            }
          }
        }

        """;

    // Letters, digits and underscores go unescaped wherever Braze takes an attribute's name.
    private static string Prefix(string name)
    {
        var prefix = string.Concat(name.Where(c => !char.IsControl(c)).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLower(c, CultureInfo.InvariantCulture) : '_'));
        return (prefix.Length > LongestPrefix ? prefix[..LongestPrefix] : prefix).Trim('_') is { Length: > 0 } clean ? clean + "_" : "recs_";
    }
}
