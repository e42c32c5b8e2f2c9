using Microsoft.Extensions.FileProviders;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>Serves the page, or a text on how to build it.</summary>
internal static class PageFiles
{
    private const string NotBuilt =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>NodeTelemetry</title>
        <h1>The page was not built</h1>
        <p>This collector was built on a machine without npm. Install Node.js (
            <code>apt-get install nodejs npm</code>), delete
        the directory <code>artifacts</code> and build again. Everything else works:
        <a href="/api/nodes">/api/nodes</a>,
        <a href="/metrics">/metrics</a>.</p></html>
        """;

    /// <summary>Adds the page's files. Those with a hash in their name are cached for ever;
    /// the page is revalidated each time.</summary>
    public static void Map(WebApplication web, string directory)
    {
        if (!File.Exists(Path.Combine(directory, "index.html")))
        {
            web.MapGet("/", static context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                return context.Response.WriteAsync(NotBuilt);
            });
            return;
        }

        var files = new PhysicalFileProvider(directory);
        web.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        web.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = static response =>
                response.Context.Response.Headers.CacheControl =
                    response.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal)
                        ? "public, max-age=31536000, immutable"
                        : "no-cache",
        });
    }
}
