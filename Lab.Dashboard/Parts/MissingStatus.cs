using Microsoft.AspNetCore.Http;

namespace Lab.Dashboard.Parts;

/// <summary>The status of a page that says that something is not there.</summary>
internal static class MissingStatus
{
    /// <summary>Makes it 404. Only when it is sent: Blazor leaves a page away whose status is 404 while it is drawn.</summary>
    /// <param name="request">The request that the page answers; null once it is live, for then its status has been sent.</param>
    public static void Set(HttpContext? request) =>
        request?.Response.OnStarting(() =>
        {
            request.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
}
