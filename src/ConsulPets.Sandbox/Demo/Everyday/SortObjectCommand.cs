using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Sorts objects. Those that are equal stay in their order.</summary>
[Cmdlet("Sort", "Object")]
internal sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> objects = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to sort by: names of properties, or script blocks. Without any, the objects themselves are compared.</summary>
    [Parameter(Position = 0)]
    public object[] Property { get; set; } = [];

    /// <summary>Whether the greatest comes first.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is not null)
        {
            objects.Add(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Func<PSObject, object?>[] keys = Property.Length == 0 ? [static one => one.BaseObject] : [.. Property.Select(Key)];
        IComparer<object?> order = Comparer<object?>.Create(static (left, right) =>
            LanguagePrimitives.TryCompare(left, right, ignoreCase: true, out int result) ? result : StringComparer.CurrentCultureIgnoreCase.Compare(left?.ToString(), right?.ToString()));
        IOrderedEnumerable<PSObject> sorted = Descending ? objects.OrderByDescending(keys[0], order) : objects.OrderBy(keys[0], order);
        foreach (Func<PSObject, object?> key in keys.Skip(1))
        {
            sorted = Descending ? sorted.ThenByDescending(key, order) : sorted.ThenBy(key, order);
        }

        WriteObject(sorted, enumerateCollection: true);
    }

    private static Func<PSObject, object?> Key(object property)
    {
        PSPropertyExpression rule = property is ScriptBlock script ? new PSPropertyExpression(script) : new PSPropertyExpression(LanguagePrimitives.ConvertTo<string>(property));
        return one => rule.GetValues(one) is [{ } value, ..] ? value.Result : null;
    }
}
