using System.Text.Json;
using ProxyGuard.Deciding.Reloading;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// GET /api/v1/reload: what the file says that is not in force, or its faults. POST: lets it be in force; with a fault, nothing changes.
/// </summary>
internal sealed class ReloadApi(ConfigurationReload reload, ConfigurationOrigin origin)
{
    public async Task GetAsync(HttpContext context, string who)
    {
        try
        {
            SettingsChange change = await reload.CompareAsync(who).ConfigureAwait(false);
            await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, change, [])).ConfigureAwait(false);
        }
        catch (SettingsException e)
        {
            await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, new SettingsChange(who, []), e.Faults))
                .ConfigureAwait(false);
        }
    }

    public async Task PostAsync(HttpContext context, string who)
    {
        try
        {
            SettingsChange change = await reload.ReloadAsync(who, context.RequestAborted).ConfigureAwait(false);
            await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, change, [])).ConfigureAwait(false);
        }
        catch (SettingsException e)
        {
            await AdminJson.ProblemAsync(
                context, StatusCodes.Status400BadRequest, "Nothing was changed: the configuration has faults.",
                [.. e.Faults.Select(fault => $"{fault}")]).ConfigureAwait(false);
        }
    }

    private void Write(Utf8JsonWriter json, SettingsChange change, IReadOnlyList<ConfigurationError> faults)
    {
        json.WriteString("file", origin.File);
        json.WriteStartArray("changes");
        foreach (OptionChange option in change.Options)
        {
            json.WriteStartObject();
            json.WriteString("path", option.Path);
            json.WriteString("from", option.From);
            json.WriteString("to", option.To);
            json.WriteBoolean("needsRestart", option.NeedsRestart);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("faults");
        foreach (ConfigurationError fault in faults)
            json.WriteStringValue($"{fault}");
        json.WriteEndArray();
    }
}
