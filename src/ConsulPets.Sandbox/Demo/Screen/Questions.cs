using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ConsulPets.Sandbox.Demo.Screen;

/// <summary>The questions that the engine asks: whether to go on, and for parameters that were not given. An input that has ended answers none of them.</summary>
/// <param name="screen">Where they stand.</param>
/// <param name="lines">Where answers come from.</param>
internal sealed class Questions(ConsoleScreen screen, ILineSource lines)
{
    /// <summary>Reads a line.</summary>
    /// <param name="question">What stands before it.</param>
    /// <returns>The line.</returns>
    public string Line(string question) => Answered(() => lines.ReadAnswer(question));

    /// <summary>Reads a line that nobody may see.</summary>
    /// <param name="question">What stands before it.</param>
    /// <returns>The line.</returns>
    public SecureString Secret(string question) => Answered(() => lines.ReadSecret(question));

    /// <summary>Asks for one of several choices, by its letter or its word.</summary>
    /// <param name="caption">What it is about; may be empty.</param>
    /// <param name="message">The question; may be empty.</param>
    /// <param name="choices">The choices, with an ampersand before the letter.</param>
    /// <param name="defaultChoice">Which one an empty line means; -1 for none.</param>
    /// <returns>The index.</returns>
    public int Choice(string caption, string message, IReadOnlyList<ChoiceDescription> choices, int defaultChoice)
    {
        Say(caption, message);
        (string Letter, string Word)[] labels = [.. choices.Select(static choice => Label(choice.Label))];
        string offer = string.Join("  ", labels.Select(static label => $"[{label.Letter}] {label.Word}")) + "  [?] Help";
        string fallback = defaultChoice >= 0 && defaultChoice < labels.Length ? $" (default is \"{labels[defaultChoice].Letter}\")" : string.Empty;
        while (true)
        {
            string answer = Line($"{offer}{fallback}: ").Trim();
            if (answer.Length == 0 && fallback.Length > 0)
            {
                return defaultChoice;
            }

            if (answer == "?")
            {
                foreach ((ChoiceDescription choice, (string letter, _)) in choices.Zip(labels))
                {
                    screen.WriteLine($"{letter} - {choice.HelpMessage}");
                }
            }

            int chosen = Array.FindIndex(labels, label => Is(answer, label.Letter) || Is(answer, label.Word));
            if (chosen >= 0)
            {
                return chosen;
            }
        }
    }

    /// <summary>Asks for values, such as mandatory parameters that were not given.</summary>
    /// <param name="caption">What it is about; may be empty.</param>
    /// <param name="message">The question; may be empty.</param>
    /// <param name="fields">The values that are asked for. Of one that takes several, an empty line ends the list.</param>
    /// <returns>The answers; the engine converts them.</returns>
    public Dictionary<string, PSObject> Fields(string caption, string message, Collection<FieldDescription> fields)
    {
        Say(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in fields)
        {
            answers[field.Name] = new PSObject(Field(field));
        }

        return answers;
    }

    /// <summary>Asks for a name and a password.</summary>
    /// <param name="caption">What it is about; may be empty.</param>
    /// <param name="message">The question; may be empty.</param>
    /// <param name="userName">The name if it is known; null or empty to ask for it.</param>
    /// <returns>Both.</returns>
    public PSCredential Credential(string caption, string message, string? userName)
    {
        Say(caption, message);
        string name = string.IsNullOrEmpty(userName) ? Line("User: ") : userName;
        return new PSCredential(name, Secret($"Password for user {name}: "));
    }

    private static T Answered<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read() ?? throw new HostException("The input has ended, so nobody answers; give -Confirm:$false or the parameters that are asked for.");
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private static (string Letter, string Word) Label(string label)
    {
        int mark = label.IndexOf('&', StringComparison.Ordinal);
        string word = label.Replace("&", string.Empty, StringComparison.Ordinal);
        return (mark >= 0 && mark < word.Length ? word[mark].ToString().ToUpper(CultureInfo.CurrentCulture) : word, word);
    }

    private static bool Is(string answer, string offered) => string.Equals(answer, offered, StringComparison.OrdinalIgnoreCase);

    private object Field(FieldDescription field)
    {
        if (field.ParameterTypeFullName == typeof(SecureString).FullName)
        {
            return Secret($"{field.Name}: ");
        }

        if (field.ParameterTypeFullName == typeof(PSCredential).FullName)
        {
            return Credential(string.Empty, string.Empty, userName: null);
        }

        if (!field.ParameterTypeFullName.EndsWith("[]", StringComparison.Ordinal))
        {
            return Line($"{field.Name}: ");
        }

        var values = new List<string>();
        while (Line(string.Create(CultureInfo.InvariantCulture, $"{field.Name}[{values.Count}]: ")) is { Length: > 0 } value)
        {
            values.Add(value);
        }

        return values.ToArray();
    }

    private void Say(string caption, string message)
    {
        foreach (string text in new[] { caption, message }.Where(static text => !string.IsNullOrEmpty(text)))
        {
            screen.WriteLine(text);
        }
    }
}
