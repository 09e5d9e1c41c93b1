using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>What this room registers.</summary>
internal static class DiagnosisServices
{
    public static IServiceCollection AddDiagnosis(this IServiceCollection services) => services
        .AddSingleton<Examinations>().AddSingleton<DiagnosisSource>().AddSingleton<FindingWatch>().AddSingleton<ExaminationLoop>()
        .AddSingleton<IGuardListener>(provider => provider.GetRequiredService<ExaminationLoop>())
        .AddHostedService(provider => provider.GetRequiredService<ExaminationLoop>());
}
