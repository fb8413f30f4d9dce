using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Relay.Acme.Http;

/// <summary>Takes answers for what they should be.</summary>
internal static class Reading
{
    /// <exception cref="AcmeException">It is something else.</exception>
    public static T As<T>(this AcmeResponse response, JsonTypeInfo<T> type, Uri from)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(response.Body, type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new AcmeException($"{from.Authority} sent something that is no answer at {from.AbsolutePath}", e);
        }
    }

    /// <summary>A URL that must be there; followed only with the directory's own scheme.</summary>
    /// <exception cref="AcmeException">It is not.</exception>
    public static Uri Required(this Uri? url, string name, Uri directory) =>
        url is { IsAbsoluteUri: true } && url.Scheme == directory.Scheme
            ? url
            : throw new AcmeException($"{directory.Authority} gave no usable address for {name}");
}
