using System.Text;
using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>Defaults of secrets.</summary>
internal static class SettingsDefaults
{
    /// <summary>Fills in a secret; its <c>stringData</c>, which is never shown, goes into <c>data</c>.</summary>
    /// <param name="secret">The secret; changed in place.</param>
    public static void FillSecret(JsonObject secret)
    {
        secret.SetText("type", "Opaque");
        if (secret.Part("stringData") is { Count: > 0 } texts)
        {
            JsonObject data = secret.Make("data");
            foreach ((string key, JsonNode? text) in texts)
            {
                data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? string.Empty));
            }
        }

        secret.Remove("stringData");
    }
}
