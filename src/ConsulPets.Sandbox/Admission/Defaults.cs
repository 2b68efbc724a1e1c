using System.Text.Json.Nodes;
using ConsulPets.Sandbox.Api;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Admission;

/// <summary>The values that the API server fills in where a manifest is silent.</summary>
public static class Defaults
{
    /// <summary>Fills in an object that is about to be written, and brings it into the form in which the real server shows it.</summary>
    /// <param name="context">The other objects.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="json">The object; changed in place.</param>
    /// <param name="live">What is there already; null for a new object.</param>
    /// <exception cref="ApiException">A pod names a service account or a priority class that does not exist.</exception>
    public static void Fill(AdmissionContext context, ResourceKind kind, JsonObject json, JsonObject? live)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        NormalForm.Apply(kind, json, withStatus: live is null);
        switch (kind.Kind)
        {
            case "Pod":
                PodDefaults.FillPod(json);
                PodAdmission.Admit(context, json, live);
                break;
            case "StatefulSet":
                WorkloadDefaults.FillStatefulSet(json);
                break;
            case "DaemonSet":
                WorkloadDefaults.FillDaemonSet(json, live);
                break;
            case "Service":
                ServiceDefaults.Fill(context, json, live);
                break;
            case "PersistentVolumeClaim":
                ClaimDefaults.FillClaim(context, json, isNew: live is null);
                break;
            case "PersistentVolume":
                ClaimDefaults.FillVolume(json);
                break;
            case "Secret":
                SettingsDefaults.FillSecret(json);
                break;
            default:
                OtherDefaults.Fill(kind, json, live);
                break;
        }

        // Amounts and fields that defaults have brought in look like all others.
        NormalForm.Apply(kind, json, withStatus: live is null);
    }

    /// <summary>Sets a text where none is.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The field.</param>
    /// <param name="value">The text.</param>
    internal static void SetText(this JsonObject json, string name, string value)
    {
        if (json[name] is null || json.Text(name) is "")
        {
            json[name] = value;
        }
    }

    /// <summary>Sets a number where none is.</summary>
    /// <param name="json">The object.</param>
    /// <param name="name">The field.</param>
    /// <param name="value">The number.</param>
    internal static void SetNumber(this JsonObject json, string name, int value)
    {
        if (json[name] is null)
        {
            json[name] = value;
        }
    }
}
