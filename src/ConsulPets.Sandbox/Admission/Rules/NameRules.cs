using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Which texts are names, in the API server's words (k8s.io/apimachinery, pkg/util/validation/validation.go). Each gives the rules that a text breaks.</summary>
internal static partial class NameRules
{
    private const int LabelLength = 63;
    private const int SubdomainLength = 253;

    private const string SubdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
        + " (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string HostRule = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
        + " (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string QualifiedRule = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueRule = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
        + " (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string VariableRule = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit"
        + " (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";

    private const string KeyRule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    private const string HeaderRule = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

    private const string PercentRule = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

    /// <summary>Names of most objects.</summary>
    public static IEnumerable<string> Subdomain(string text)
    {
        if (text.Length > SubdomainLength)
        {
            yield return AtMost(SubdomainLength);
        }

        if (!SubdomainForm().IsMatch(text))
        {
            yield return SubdomainRule;
        }
    }

    /// <summary>Names of namespaces, containers, volumes and ports.</summary>
    public static IEnumerable<string> Label(string text)
    {
        if (text.Length > LabelLength)
        {
            yield return AtMost(LabelLength);
        }

        if (!LabelForm().IsMatch(text))
        {
            yield return SubdomainForm().IsMatch(text) ? "must not contain dots" : LabelRule;
        }
    }

    /// <summary>Names of services.</summary>
    public static IEnumerable<string> Host(string text)
    {
        if (text.Length > LabelLength)
        {
            yield return AtMost(LabelLength);
        }

        if (!HostForm().IsMatch(text))
        {
            yield return HostRule;
        }
    }

    /// <summary>Names of rights' objects: anything that can stand in a path.</summary>
    public static IEnumerable<string> PathSegment(string text)
    {
        if (text is "." or "..")
        {
            yield return $"may not be '{text}'";
        }

        foreach (string illegal in (string[])["/", "%"])
        {
            if (text.Contains(illegal, StringComparison.Ordinal))
            {
                yield return $"may not contain '{illegal}'";
            }
        }
    }

    /// <summary>Keys of labels and annotations.</summary>
    public static IEnumerable<string> Qualified(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length > 2)
        {
            return ["a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
                + " (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"];
        }

        var rules = new List<string>();
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                rules.Add("prefix part must be non-empty");
            }
            else
            {
                rules.AddRange(Subdomain(parts[0]).Select(static rule => "prefix part " + rule));
            }
        }

        if (parts[^1].Length == 0)
        {
            rules.Add("name part must be non-empty");
        }
        else if (parts[^1].Length > LabelLength)
        {
            rules.Add("name part " + AtMost(LabelLength));
        }

        if (!QualifiedForm().IsMatch(parts[^1]))
        {
            rules.Add(QualifiedRule);
        }

        return rules;
    }

    /// <summary>Values of labels.</summary>
    public static IEnumerable<string> LabelValue(string text)
    {
        if (text.Length > LabelLength)
        {
            yield return AtMost(LabelLength);
        }

        if (text.Length > 0 && !QualifiedForm().IsMatch(text))
        {
            yield return LabelValueRule;
        }
    }

    /// <summary>Names of containers' ports.</summary>
    public static IEnumerable<string> Port(string text)
    {
        if (text.Length > 15)
        {
            yield return AtMost(15);
        }

        if (!PortForm().IsMatch(text))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!text.Any(char.IsAsciiLetterLower))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (text.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (text.Length > 0 && (text[0] == '-' || text[^1] == '-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }

    /// <summary>Names of environment variables.</summary>
    public static IEnumerable<string> Variable(string text)
    {
        if (!VariableForm().IsMatch(text))
        {
            yield return VariableRule;
        }

        foreach (string rule in NotAFolder(text))
        {
            yield return rule;
        }
    }

    /// <summary>Keys of config maps and secrets, which may become file names.</summary>
    public static IEnumerable<string> Key(string text)
    {
        if (text.Length > SubdomainLength)
        {
            yield return AtMost(SubdomainLength);
        }

        if (!KeyForm().IsMatch(text))
        {
            yield return KeyRule;
        }

        foreach (string rule in NotAFolder(text))
        {
            yield return rule;
        }
    }

    /// <summary>Names of HTTP headers.</summary>
    public static IEnumerable<string> Header(string text) => HeaderForm().IsMatch(text) ? [] : [HeaderRule];

    /// <summary>Percentages.</summary>
    public static IEnumerable<string> Percent(string text) => PercentForm().IsMatch(text) ? [] : [PercentRule];

    /// <summary>Addresses.</summary>
    public static IEnumerable<string> Address(string text) =>
        IPAddress.TryParse(text, out _) && (text.Contains(':', StringComparison.Ordinal) || text.Count(static letter => letter == '.') == 3)
            ? []
            : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];

    /// <summary>Numbers of ports.</summary>
    public static IEnumerable<string> PortNumber(long number) => number is >= 1 and <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];

    private static string AtMost(int length) => string.Create(CultureInfo.InvariantCulture, $"must be no more than {length} characters");

    private static IEnumerable<string> NotAFolder(string text)
    {
        if (text is "." or "..")
        {
            yield return $"must not be '{text}'";
        }
        else if (text.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex SubdomainForm();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LabelForm();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HostForm();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex QualifiedForm();

    [GeneratedRegex(@"^[-a-z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PortForm();

    [GeneratedRegex(@"^[-._a-zA-Z][-._a-zA-Z0-9]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableForm();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"^[-A-Za-z0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderForm();

    [GeneratedRegex(@"^[0-9]+%\z", RegexOptions.CultureInvariant)]
    private static partial Regex PercentForm();
}
