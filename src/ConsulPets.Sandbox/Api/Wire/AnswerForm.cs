using Microsoft.AspNetCore.Http;

namespace ConsulPets.Sandbox.Api.Wire;

/// <summary>In what form a client wants objects.</summary>
internal enum AnswerForm
{
    /// <summary>As they are.</summary>
    Object,

    /// <summary>As rows of a table, as kubectl shows them.</summary>
    Table,

    /// <summary>Their metadata only.</summary>
    Metadata,
}

/// <summary>Reads the <c>Accept</c> header.</summary>
internal static class Negotiation
{
    /// <summary>Chooses the form of an answer: the first one of the header that can be given.</summary>
    /// <param name="headers">The headers.</param>
    /// <returns>The form.</returns>
    /// <exception cref="ApiException">None of them can be given.</exception>
    public static AnswerForm Choose(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (Dictionary<string, string> choice in Choices(headers))
        {
            if (choice[string.Empty] is not ("application/json" or "application/*" or "*/*"))
            {
                continue;
            }

            string form = choice.GetValueOrDefault("as", string.Empty);
            if (form.Length == 0)
            {
                return AnswerForm.Object;
            }

            if (choice.GetValueOrDefault("g") == "meta.k8s.io" && choice.GetValueOrDefault("v") is "v1" or "v1beta1")
            {
                switch (form)
                {
                    case "Table":
                        return AnswerForm.Table;
                    case "PartialObjectMetadata" or "PartialObjectMetadataList":
                        return AnswerForm.Metadata;
                    default:
                        break;
                }
            }
        }

        return headers.Accept.Count == 0 ? AnswerForm.Object : throw Refusals.NotAcceptable();
    }

    /// <summary>The media types of the header, the most wanted first, each with its parameters; its type is under the empty name.</summary>
    /// <param name="headers">The headers.</param>
    /// <returns>The choices.</returns>
    public static IReadOnlyList<Dictionary<string, string>> Choices(IHeaderDictionary headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return [.. headers.Accept.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(static choice =>
        {
            string[] parts = choice.Split(';', StringSplitOptions.TrimEntries);
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal) { [string.Empty] = RequestBody.MediaType(parts[0]) };
            foreach (string[] pair in parts[1..].Select(static part => part.Split('=', 2)).Where(static pair => pair.Length == 2))
            {
                parameters[pair[0]] = pair[1];
            }

            return parameters;
        })];
    }
}
