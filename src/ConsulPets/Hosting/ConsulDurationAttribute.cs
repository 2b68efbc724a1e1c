using System.Globalization;
using System.Management.Automation;

namespace ConsulPets.Hosting;

/// <summary>
/// Takes a length of time as Consul writes it (<c>200ms</c>, <c>10s</c>) beside PowerShell's own forms. A bare number is refused: PowerShell would take it for
/// units of 100 ns, or for days, and never for the seconds that were meant.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConsulDurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;

        // 10s without quotes is the 16-bit number 10 to PowerShell (s is its suffix for "short"); what was typed is still to be had as the text of the value.
        if (value is short && inputData is PSObject && ConsulDuration.Parse(LanguagePrimitives.ConvertTo<string>(inputData)) is { } typed)
        {
            return typed;
        }

        return value switch
        {
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => throw NoUnit(text),
            string text when ConsulDuration.Parse(text.Trim()) is { } duration => duration,
            int or long or double or decimal or short or byte or uint or ulong or float => throw NoUnit(Convert.ToString(value, CultureInfo.InvariantCulture)!),
            _ => inputData,
        };
    }

    private static ArgumentTransformationMetadataException NoUnit(string number) =>
        new($"'{number}' has no unit. Write {number}s for seconds, {number}ms for milliseconds, or a time such as 00:00:10.");
}
