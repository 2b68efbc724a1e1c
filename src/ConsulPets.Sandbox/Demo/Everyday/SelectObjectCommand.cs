using System.Collections;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Picks objects, or properties of them.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
internal sealed class SelectObjectCommand : PSCmdlet
{
    private readonly Queue<PSObject> last = new();
    private int seen;

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The properties: names, which may have wildcards, and calculated ones as hashtables of Name and Expression.</summary>
    [Parameter(Position = 0)]
    public object[] Property { get; set; } = [];

    /// <summary>The one property whose values are wanted.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <summary>Only so many, from the beginning.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>Only so many, from the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>Passes over so many at the beginning.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    private bool IsFromTheEnd => MyInvocation.BoundParameters.ContainsKey(nameof(Last));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null || ++seen <= Skip)
        {
            return;
        }

        if (!IsFromTheEnd)
        {
            if (seen - Skip <= First)
            {
                Give(InputObject);
            }

            return;
        }

        last.Enqueue(InputObject);
        if (last.Count > Last)
        {
            last.Dequeue();
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (PSObject one in last)
        {
            Give(one);
        }
    }

    private static (string Name, object? Value)[] Read(PSObject source, object property)
    {
        if ((property is PSObject wrapped ? wrapped.BaseObject : property) is Hashtable calculated)
        {
            string name = LanguagePrimitives.ConvertTo<string>(Entry(calculated, "Name", "Label"));
            object? expression = Entry(calculated, "Expression");
            PSPropertyExpression rule = expression is ScriptBlock script ? new PSPropertyExpression(script) : new PSPropertyExpression(LanguagePrimitives.ConvertTo<string>(expression));
            return [(name, Value(rule, source))];
        }

        string pattern = LanguagePrimitives.ConvertTo<string>(property);
        List<PSPropertyExpression> names = new PSPropertyExpression(pattern).ResolveNames(source);
        return names.Count == 0 ? [(pattern, null)] : [.. names.Select(name => (name.ToString(), Value(name, source)))];
    }

    // Its keys may be shortened, as everywhere in PowerShell: n, l, e.
    private static object? Entry(Hashtable calculated, params string[] keys) => calculated.Cast<DictionaryEntry>()
        .FirstOrDefault(entry => keys.Any(key => key.StartsWith(LanguagePrimitives.ConvertTo<string>(entry.Key), StringComparison.OrdinalIgnoreCase))).Value;

    private static object? Value(PSPropertyExpression rule, PSObject source)
    {
        List<PSPropertyExpressionResult> values = rule.GetValues(source);
        return values.Count == 0 ? null : values[0].Result;
    }

    private void Give(PSObject source)
    {
        if (ExpandProperty is not null)
        {
            foreach (PSPropertyExpressionResult value in new PSPropertyExpression(ExpandProperty).GetValues(source))
            {
                WriteObject(value.Result, enumerateCollection: true);
            }

            return;
        }

        if (Property.Length == 0)
        {
            WriteObject(source);
            return;
        }

        var picked = new PSObject();
        foreach ((string name, object? value) in Property.SelectMany(property => Read(source, property)))
        {
            if (picked.Properties[name] is null)
            {
                picked.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        WriteObject(picked);
    }
}
