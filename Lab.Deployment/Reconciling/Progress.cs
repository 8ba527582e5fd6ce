using Lab.Deployment.Resources;

namespace Lab.Deployment.Reconciling;

/// <summary>What a run tells while it runs.</summary>
internal interface IProgressView
{
    /// <summary>A resource is being worked on.</summary>
    void Started(Resource resource, PlanAction action);

    /// <summary>It is as it shall be.</summary>
    void Finished(Resource resource, PlanAction action, TimeSpan elapsed);

    /// <summary>Something is waited for or done again.</summary>
    void Note(string text);
}
