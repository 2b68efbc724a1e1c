namespace ConsulPets.Sandbox.Faults;

/// <summary>One of the paths of the sandbox's own.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Template">The path; a part in braces stands for one part of the request's path.</param>
internal sealed record FaultRoute(string Method, string Template)
{
    private readonly string[] parts = Template.Split('/');

    /// <summary>The values of the parts in braces.</summary>
    /// <param name="path">A request's path.</param>
    /// <returns>The values, in order; null when it is another path.</returns>
    public IReadOnlyList<string>? ValuesIn(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] given = path.Split('/');
        if (given.Length != parts.Length)
        {
            return null;
        }

        List<string> values = [];
        for (int index = 0; index < parts.Length; index++)
        {
            if (parts[index].StartsWith('{') && given[index].Length > 0)
            {
                values.Add(given[index]);
            }
            else if (parts[index] != given[index])
            {
                return null;
            }
        }

        return values;
    }
}
