using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Admin;

public class KeyRightTests
{
    private const string Maintenance = "/api/v1/maintenance";
    private const string ViewersKey = "the-key-of-the-wall-display-0123456789-abcd";

    [Fact]
    public async Task A_key_with_the_right_view_sees_everything_that_there_is_to_see()
    {
        await using GuardedSite site = await StartAsync();
        using HttpClient viewer = ViewerOf(site);
        foreach (ManagementEndpoint endpoint in EndpointsOf(site).Where(endpoint => endpoint is { NeedsKey: true, Method: "GET" }))
            Assert.Equal((endpoint.Path, HttpStatusCode.OK), (endpoint.Path, (await viewer.GetAsync(endpoint.Path)).StatusCode));
    }

    [Fact]
    public async Task A_key_with_the_right_view_changes_nothing_and_is_told_which_one_may()
    {
        await using GuardedSite site = await StartAsync();
        using HttpClient viewer = ViewerOf(site);

        using HttpResponseMessage set = await viewer.PutAsJsonAsync(Maintenance, new { mode = "maintenance" });
        Assert.Equal(HttpStatusCode.Forbidden, set.StatusCode);
        Assert.Equal("application/problem+json", set.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            "The key wall-display has the right view: it may look, but not PUT /api/v1/maintenance. Nothing was changed. "
            + "A key with the right operate may (ProxyGuard:Admin:Keys:wall-display:Right).",
            (await set.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        Assert.Null(site.View.Hold);

        using HttpResponseMessage byOperator = await site.Management.PutAsJsonAsync(Maintenance, new { mode = "maintenance" });
        Assert.Equal(HttpStatusCode.OK, byOperator.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.DeleteAsync(Maintenance)).StatusCode);
        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
    }

    [Fact]
    public async Task What_is_not_there_is_not_there_for_a_key_of_either_right()
    {
        await using GuardedSite site = await StartAsync();
        using HttpClient viewer = ViewerOf(site);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.PostAsync("/api/v1/nothing", null)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await viewer.PostAsync(Maintenance, null)).StatusCode);
    }

    /// <summary>An endpoint that is added without a thought of rights must not be open to those who may only look.</summary>
    [Fact]
    public void An_endpoint_needs_the_right_to_operate_unless_it_says_otherwise()
    {
        using ServiceProvider provider = new ServiceCollection().AddSingleton("a service")
            .AddManagementEndpoint<string>("GET", "/api/v1/new", static (_, _, _) => Task.CompletedTask)
            .BuildServiceProvider();

        Assert.Equal(KeyRight.Operate, provider.GetRequiredService<ManagementEndpoint>().Right);
    }

    [Fact]
    public async Task Only_what_is_asked_with_GET_is_open_to_the_right_view()
    {
        await using GuardedSite site = await StartAsync();
        Assert.All(
            EndpointsOf(site).Where(endpoint => endpoint.NeedsKey),
            endpoint => Assert.Equal(
                (endpoint.Method, endpoint.Path, endpoint.Method == "GET" ? KeyRight.View : KeyRight.Operate),
                (endpoint.Method, endpoint.Path, endpoint.Right)));
    }

    private static Task<GuardedSite> StartAsync() => GuardedSite.StartWellAsync(
        json => json["ProxyGuard"]!["Admin"]!["Keys"]!["wall-display"] =
            new JsonObject { ["Key"] = AdminKey.Configured(ViewersKey), ["Right"] = "view" });

    private static ImmutableArray<ManagementEndpoint> EndpointsOf(GuardedSite site) =>
        [.. site.Service<IEnumerable<ManagementEndpoint>>()];

    private static HttpClient ViewerOf(GuardedSite site)
    {
        var client = new HttpClient { BaseAddress = site.ManagementAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", ViewersKey);
        return client;
    }
}
