using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Rules of projected volumes, which put several sources into one folder.</summary>
internal static class ProjectionRules
{
    private static readonly string[] Sources = ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle"];

    /// <summary>Judges a projected volume.</summary>
    /// <param name="projected">The volume.</param>
    /// <param name="path">Its path.</param>
    /// <param name="problems">Where what is wrong goes.</param>
    public static void Check(JsonObject projected, string path, ProblemList problems)
    {
        VolumeRules.CheckMode(projected, "defaultMode", path, problems);
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach ((JsonObject source, string at) in ProblemList.Each(projected, path, "sources"))
        {
            string[] types = [.. Sources.Where(source.ContainsKey)];
            foreach (string type in types.Skip(1))
            {
                problems.Forbidden($"{at}.{type}", "may not specify more than 1 volume type");
            }

            if (types.Length > 0 && source.Part(types[0]) is { } first)
            {
                CheckSource(types[0], first, $"{at}.{types[0]}", path, files, problems);
            }
        }
    }

    private static void CheckSource(string type, JsonObject source, string at, string path, HashSet<string> files, ProblemList problems)
    {
        switch (type)
        {
            case "secret" or "configMap":
                VolumeRules.RequireText(source, "name", $"{at}.name", problems);
                VolumeRules.CheckItems(source, at, problems);
                break;
            case "downwardAPI":
                VolumeRules.CheckFields(source, at, at, problems);
                break;
            case "serviceAccountToken":
                CheckToken(source, at, path, problems);
                AddFile(source);
                return;
        }

        foreach (JsonObject item in source.Items("items"))
        {
            AddFile(item);
        }

        void AddFile(JsonObject item)
        {
            if (item.Text("path") is { Length: > 0 } file && !files.Add(file))
            {
                problems.Invalid(path, GoText.Quote(source.Text("name") ?? string.Empty), "conflicting duplicate paths");
            }
        }
    }

    private static void CheckToken(JsonObject token, string at, string path, ProblemList problems)
    {
        long seconds = token.Number("expirationSeconds") ?? 3600;
        if (seconds < 600)
        {
            problems.Invalid($"{at}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
        }
        else if (seconds > 1L << 32)
        {
            problems.Invalid($"{at}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds");
        }

        VolumeRules.RequireText(token, "path", $"{path}.path", problems);
    }
}
