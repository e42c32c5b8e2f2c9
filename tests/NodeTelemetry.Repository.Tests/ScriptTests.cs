using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Repository.Tests;

/// <summary>The shell scripts of the whole repository.</summary>
public sealed class ScriptTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Shellcheck_has_no_complaint_about_any_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/shellcheck"), "shellcheck is missing: apt-get install shellcheck");
        var scripts = SourceFiles.All
            .Select(static path => Path.Combine(RepositoryRoot.Path, path))
            .Where(static path => File.ReadLines(path).FirstOrDefault() is "#!/bin/sh" or "#!/usr/bin/env bash")
            .ToList();

        // SC1091: a script that another one reads is checked by itself.
        Assert.NotEmpty(scripts);
        var (code, output) = await TestProcess.RunAsync(["shellcheck", "--exclude=SC1091", .. scripts], Deadline);
        Assert.True(code == 0, output);
    }
}
