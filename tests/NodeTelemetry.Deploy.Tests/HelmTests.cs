using k8s;
using k8s.Models;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The chart, rendered by Helm and read by Kubernetes' own types, which reject unknown fields and wrong types.</summary>
public sealed class HelmTests
{
    private const string Selector = "app.kubernetes.io/component";

    private static readonly Dictionary<string, Type> Types = new() { ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor) };

    /// <summary>Everything that a user can switch on, at once.</summary>
    private static readonly string[] Everything =
    [
        "registry=\"registry.lan:5000/\"", "imagePullSecrets=[{\"name\":\"pull\"}]", "keys.secretName=\"keys\"", "agent.config={\"Interval\":\"1s\"}",
        "agent.labels={\"rack\":\"2\",\"site\":\"attic\"}", "agent.podLabels={\"zone\":\"topology.kubernetes.io/zone\"}",
        "agent.nodeSelector={\"hat\":\"enviro\"}", "agent.priorityClassName=\"system-node-critical\"", "agent.env=[{\"name\":\"A\",\"value\":\"b\"}]",
        "collector.config={\"Alerts\":{\"Channels\":{\"log\":{\"Type\":\"log\"}}}}", "collector.storage.className=\"local-path\"",
        "collector.service={\"type\":\"LoadBalancer\",\"annotations\":{\"a\":\"b\"}}",
        "collector.ingress={\"enabled\":true,\"className\":\"traefik\",\"host\":\"n.lan\",\"annotations\":{\"a\":\"b\"},\"tlsSecretName\":\"t\"}",
        "collector.tolerations=[{\"operator\":\"Exists\"}]", "collector.nodeSelector={\"disk\":\"ssd\"}",
        "collector.affinity={\"nodeAffinity\":{\"preferredDuringSchedulingIgnoredDuringExecution\":[]}}",
        "collector.env=[{\"name\":\"NODETELEMETRY_HTTP__TOKEN\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"http\",\"key\":\"token\"}}}]",
        "collector.volumes=[{\"name\":\"tls\",\"secret\":{\"secretName\":\"tls\"}}]", "collector.volumeMounts=[{\"name\":\"tls\",\"mountPath\":\"/tls\"}]",
        "serviceMonitor={\"enabled\":true,\"labels\":{\"release\":\"prometheus\"}}",
        "networkPolicy.httpFrom=[{\"namespaceSelector\":{\"matchLabels\":{\"kubernetes.io/metadata.name\":\"monitoring\"}}}]",
    ];

    [Fact]
    public async Task Helm_finds_nothing_wrong()
    {
        var (code, output) = await Helm.RunAsync("lint", "--strict", Helm.Chart);
        Assert.True(code == 0, output);
        Assert.DoesNotContain("WARNING", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_the_agent_has_no_rights_and_reads_the_node()
    {
        var objects = Parse(await Helm.RenderAsync());
        Assert.Equal(
            ["ConfigMap", "ConfigMap", "DaemonSet", "NetworkPolicy", "Service", "StatefulSet"],
            objects.Select(static item => ((IKubernetesObject)item).Kind).Order(StringComparer.Ordinal));
        var pod = objects.OfType<V1DaemonSet>().Single().Spec.Template.Spec;
        Assert.True(pod.HostNetwork);
        Assert.Equal("ClusterFirstWithHostNet", pod.DnsPolicy);
        Assert.Equal("NoSchedule", Assert.Single(pod.Tolerations).Effect);
        AssertConfined(pod);
        var agent = pod.Containers.Single();
        Assert.Equal("spec.nodeName", Find(agent, "NODETELEMETRY_HOSTNAME").ValueFrom.FieldRef.FieldPath);
        Assert.Equal("test-collector.monitoring.svc:6077", Find(agent, "NODETELEMETRY_TARGET").Value);
        var mount = agent.VolumeMounts.Single(static item => item.MountPath == "/host");
        Assert.True(mount.ReadOnlyProperty);
        Assert.Equal("HostToContainer", mount.MountPropagation);
        Assert.Equal("/", pod.Volumes.Single(item => item.Name == mount.Name).HostPath.Path);
    }

    [Fact]
    public async Task The_collector_keeps_its_data_and_every_part_finds_it()
    {
        var objects = Parse(await Helm.RenderAsync("serviceMonitor.enabled=true"));
        var set = objects.OfType<V1StatefulSet>().Single();
        AssertConfined(set.Spec.Template.Spec);
        var collector = set.Spec.Template.Spec.Containers.Single();
        Assert.Equal("data", Assert.Single(set.Spec.VolumeClaimTemplates).Metadata.Name);
        Assert.Equal("/var/lib/nodetelemetry", collector.VolumeMounts.Single(static item => item.Name == "data").MountPath);
        Assert.Equal(["/usr/bin/nodetelemetry-collector", "health"], collector.LivenessProbe.Exec.Command);

        var labels = set.Spec.Template.Metadata.Labels;
        var service = objects.OfType<V1Service>().Single();
        Assert.Equal(set.Spec.ServiceName, service.Metadata.Name);
        Assert.Equal([("UDP", 6077), ("TCP", 8077)], service.Spec.Ports.Select(static port => (port.Protocol, port.Port)));
        AssertSelects(service.Spec.Selector, labels);
        AssertSelects(set.Spec.Selector.MatchLabels, labels);
        AssertSelects(objects.OfType<V1NetworkPolicy>().Single().Spec.PodSelector.MatchLabels, labels);
        AssertSelects(objects.OfType<ServiceMonitor>().Single().Spec.Selector.MatchLabels, service.Metadata.Labels);
        Assert.NotEqual(labels[Selector], objects.OfType<V1DaemonSet>().Single().Spec.Selector.MatchLabels[Selector]);
    }

    [Fact]
    public async Task With_every_value_all_objects_are_valid()
    {
        var objects = Parse(await Helm.RenderAsync(Everything));
        var pod = objects.OfType<V1DaemonSet>().Single().Spec.Template.Spec;
        var agent = pod.Containers.Single();
        Assert.StartsWith("registry.lan:5000/nodetelemetry-agent:", agent.Image, StringComparison.Ordinal);
        Assert.Equal("rack=2,site=attic,zone=$(POD_LABEL_ZONE)", Find(agent, "NODETELEMETRY_LABEL").Value);
        Assert.Equal("metadata.labels['topology.kubernetes.io/zone']", Find(agent, "POD_LABEL_ZONE").ValueFrom.FieldRef.FieldPath);
        Assert.Equal("/run/secrets/nodetelemetry/keys", Find(agent, "NODETELEMETRY_KEY_FILE").Value);
        var collector = objects.OfType<V1StatefulSet>().Single().Spec.Template.Spec.Containers.Single();
        Assert.Equal("require", Find(collector, "NODETELEMETRY_TRUST__SIGNATURES").Value);
        Assert.Single(objects.OfType<V1Ingress>());
        Assert.Contains("\"Interval\": \"1s\"", objects.OfType<V1ConfigMap>().First().Data["agent.json"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_devices_the_agent_is_privileged_but_not_root()
    {
        var objects = Parse(await Helm.RenderAsync("agent.devices={\"enabled\":true,\"groups\":[994,44]}"));
        var pod = objects.OfType<V1DaemonSet>().Single().Spec.Template.Spec;
        Assert.Equal([994, 44], pod.SecurityContext.SupplementalGroups);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        var context = pod.Containers.Single().SecurityContext;
        Assert.True(context.Privileged);
        Assert.True(context.ReadOnlyRootFilesystem);

        // The server refuses the combination.
        Assert.Null(context.AllowPrivilegeEscalation);
    }

    [Fact]
    public async Task By_multicast_the_collector_is_on_the_network_of_its_node_and_the_agents_need_no_target()
    {
        var objects = Parse(await Helm.RenderAsync("multicast=true"));
        Assert.True(objects.OfType<V1StatefulSet>().Single().Spec.Template.Spec.HostNetwork);
        Assert.DoesNotContain(
            objects.OfType<V1DaemonSet>().Single().Spec.Template.Spec.Containers.Single().Env, static item => item.Name == "NODETELEMETRY_TARGET");
    }

    [Theory]
    [InlineData("agent.lables={\"rack\":\"2\"}", "lables")]
    [InlineData("registry=\"registry.lan\"", "registry")]
    [InlineData("agent.devices.groups=[\"i2c\"]", "groups")]
    [InlineData("collector.service.type=\"External\"", "type")]
    public async Task A_wrong_value_is_rejected_by_its_name(string value, string name)
    {
        var (code, output) = await Helm.RunAsync("template", "test", Helm.Chart, "--set-json", value);
        Assert.NotEqual(0, code);
        Assert.Contains(name, output, StringComparison.Ordinal);
    }

    /// <summary>The types would be useless if they let faults pass.</summary>
    [Theory]
    [InlineData("readOnly: true", "readonly: true")]
    [InlineData("hostNetwork: true", "hostNetwork: host")]
    [InlineData("containerPort: 6077", "containerPort: udp")]
    public async Task A_fault_in_an_object_is_found(string right, string wrong)
    {
        var text = await Helm.RenderAsync();
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Parse(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_plain_manifests_are_those_of_the_chart()
    {
        Helm.Require();
        var path = Path.Combine(RepositoryRoot.Path, "deploy/kubernetes/nodetelemetry.yaml");
        var expected = await Commands.RunAsync([Path.Combine(RepositoryRoot.Path, "deploy/kubernetes/generate")]);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, expected, TestContext.Current.CancellationToken);
        }

        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.True(expected == text, "Renew it with: deploy/kubernetes/generate >deploy/kubernetes/nodetelemetry.yaml");
        Assert.Contains(Parse(text), static item => item is V1Namespace);
    }

    [Fact]
    public async Task The_version_is_that_of_the_programs()
    {
        var version = await Images.GetVersionAsync();
        var chart = await File.ReadAllTextAsync(Path.Combine(Helm.Chart, "Chart.yaml"), TestContext.Current.CancellationToken);
        Assert.Contains($"\nversion: {version}\n", chart, StringComparison.Ordinal);
        Assert.Contains($"\nappVersion: \"{version}\"\n", chart, StringComparison.Ordinal);
        foreach (var file in (string[])["stack.yml", "portainer-template.json"])
        {
            var text = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "deploy/swarm", file), TestContext.Current.CancellationToken);
            Assert.Contains(version, text, StringComparison.Ordinal);
        }
    }

    private static List<object> Parse(string yaml) => [.. KubernetesYaml.LoadAllFromString(yaml, Types, strict: true)];

    private static V1EnvVar Find(V1Container container, string name) => container.Env.Single(item => item.Name == name);

    private static void AssertSelects(IDictionary<string, string> selector, IDictionary<string, string> labels) =>
        Assert.All(selector, item => Assert.Equal(item.Value, labels[item.Key]));

    /// <summary>What the restricted profile of pod security asks for, and more; the profile itself refuses host paths and networks.</summary>
    private static void AssertConfined(V1PodSpec pod)
    {
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        var context = pod.Containers.Single().SecurityContext;
        Assert.Equal(["ALL"], context.Capabilities.Drop);
        Assert.True(context.ReadOnlyRootFilesystem);
        Assert.False(context.AllowPrivilegeEscalation);
        Assert.True(context.Privileged is null or false);
    }
}
