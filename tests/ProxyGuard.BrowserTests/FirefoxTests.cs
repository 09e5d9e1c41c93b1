using System.Text.Json;
using ProxyGuard.Testing;

namespace ProxyGuard.BrowserTests;

/// <summary>The banner beside what a page keeps in its place, in a second engine.</summary>
public class FirefoxTests
{
    private const string Toggle = "document.querySelector('proxyguard-banner')?.shadowRoot.querySelector('button[aria-expanded]')";

    public static TheoryData<string> Pages => BannerPlaceTests.Pages;

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_could_be_used_can_be_used_beside_the_banner_on_a_page_with(string name)
    {
        PageWithControls page = PageWithControls.All.Single(one => one.Name == name);
        await using GuardedSite site = await page.ToPhotoPage().StartAsync();
        await using Firefox firefox = await Firefox.StartAsync(page.Width, page.Height);
        var address = new Uri(site.Address, PhotoPage.Path);
        await firefox.GoToAsync(address);
        string usable = (await firefox.EvaluateAsync<string>($"({PageWithControls.UsableControls})()"))!;
        Assert.NotEmpty(usable);
        await Incident.BeginAsync(site);

        await firefox.GoToAsync(address);
        await firefox.WaitForAsync($"{Toggle}?.checkVisibility({{ visibilityProperty: true }})");
        await firefox.WaitForAsync($"({BannerPlaceTests.AllUsable})('{usable}')");

        await firefox.EvaluateAsync<string>("addEventListener('click', event => { window.clicked = event.target.id; }, true)");
        foreach (string control in usable.Split(' '))
        {
            await ClickAsync(firefox, $"document.getElementById('{control}')");
            Assert.Equal(control, await firefox.EvaluateAsync<string>("window.clicked"));
        }

        string before = (await firefox.EvaluateAsync<string>($"{Toggle}.getAttribute('aria-expanded')"))!;
        await ClickAsync(firefox, Toggle);
        await firefox.WaitForAsync($"{Toggle}.getAttribute('aria-expanded') !== '{before}'");
    }

    private static async Task ClickAsync(Firefox firefox, string element)
    {
        string point = (await firefox.EvaluateAsync<string>($$"""
            (() => {
              const element = {{element}};
              element.scrollIntoView({ block: 'nearest' });
              const at = element.getBoundingClientRect();
              return JSON.stringify([at.left + at.width / 2, at.top + at.height / 2]);
            })()
            """))!;
        double[] at = JsonSerializer.Deserialize<double[]>(point)!;
        await firefox.ClickAsync(at[0], at[1]);
    }
}
