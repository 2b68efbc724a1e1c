using System.Collections;
using System.Management.Automation;
using System.Text;
using System.Text.Json;

namespace ConsulPets.Sandbox.Demo.Everyday;

/// <summary>Calls an HTTP API and gives what it answers: objects where the answer is JSON, else its text.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RestMethod")]
internal sealed class InvokeRestMethodCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource stopping = new();

    /// <summary>The address.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public Uri Uri { get; set; } = null!;

    /// <summary>The method.</summary>
    [Parameter]
    public string Method { get; set; } = "Get";

    /// <summary>What is sent: a text, or bytes.</summary>
    [Parameter(ValueFromPipeline = true)]
    public object? Body { get; set; }

    /// <summary>What kind of text that is.</summary>
    [Parameter]
    public string ContentType { get; set; } = "text/plain";

    /// <summary>Headers, by name.</summary>
    [Parameter]
    public IDictionary Headers { get; set; } = new Hashtable();

    /// <summary>How long to wait for the answer, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86_400)]
    public int TimeoutSec { get; set; } = 100;

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // An address without its scheme is taken for http, as PowerShell's own command does.
        Uri address = Uri.IsAbsoluteUri ? Uri : new Uri($"http://{Uri.OriginalString}");
        try
        {
            WriteObject(CallAsync(address).GetAwaiter().GetResult(), enumerateCollection: true);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            ThrowTerminatingError(new ErrorRecord(exception, "WebCmdletWebResponseException", ErrorCategory.InvalidOperation, address));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself in the same moment.
        }
    }

    private async Task<object?> CallAsync(Uri address)
    {
        // Pods of a sandbox have addresses of this machine, which no proxy reaches.
        using var handler = new HttpClientHandler { UseProxy = !address.IsLoopback };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(TimeoutSec) };
        using var request = new HttpRequestMessage(new HttpMethod(Method.ToUpperInvariant()), address);
        if (Body is not null)
        {
            object body = Body is PSObject wrapped ? wrapped.BaseObject : Body;
            request.Content = body is byte[] bytes ? new ByteArrayContent(bytes) : new StringContent(LanguagePrimitives.ConvertTo<string>(body), Encoding.UTF8, ContentType);
        }

        foreach (DictionaryEntry header in Headers)
        {
            request.Headers.TryAddWithoutValidation(LanguagePrimitives.ConvertTo<string>(header.Key), LanguagePrimitives.ConvertTo<string>(header.Value));
        }

        using HttpResponseMessage response = await client.SendAsync(request, stopping.Token).ConfigureAwait(false);
        string text = await response.Content.ReadAsStringAsync(stopping.Token).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            string reason = $"Response status code does not indicate success: {(int)response.StatusCode} ({response.ReasonPhrase}).";
            throw new HttpRequestException(text.Trim().Length == 0 ? reason : $"{reason} {text.Trim()}", inner: null, response.StatusCode);
        }

        return response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true ? JsonObjects.Read(text) : text;
    }
}
