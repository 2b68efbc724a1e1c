using ConsulPets.Sandbox.Patching;
using ConsulPets.Sandbox.Store;

namespace ConsulPets.Sandbox.Tests.Patching;

/// <summary>The markers of Kubernetes 1.31.</summary>
public sealed class ListSchemaTests
{
    [Theory]
    [InlineData("Pod", "spec.containers", "name", "name")]
    [InlineData("Pod", "spec.initContainers", "name", "name")]
    [InlineData("Pod", "spec.ephemeralContainers", "name", "name")]
    [InlineData("Pod", "spec.volumes", "name", "name")]
    [InlineData("Pod", "spec.imagePullSecrets", "name", "name")]
    [InlineData("Pod", "spec.hostAliases", "ip", "ip")]
    [InlineData("Pod", "spec.topologySpreadConstraints", "topologyKey,whenUnsatisfiable", "topologyKey")]
    [InlineData("Pod", "spec.containers[].env", "name", "name")]
    [InlineData("Pod", "spec.containers[].ports", "containerPort,protocol", "containerPort")]
    [InlineData("Pod", "spec.containers[].volumeMounts", "mountPath", "mountPath")]
    [InlineData("Pod", "spec.containers[].volumeDevices", "devicePath", "devicePath")]
    [InlineData("Pod", "spec.containers[].resources.claims", "name", null)]
    [InlineData("Pod", "status.conditions", "type", "type")]
    [InlineData("Pod", "status.podIPs", "ip", "ip")]
    [InlineData("Pod", "metadata.ownerReferences", "uid", "uid")]
    [InlineData("StatefulSet", "spec.template.spec.containers[].ports", "containerPort,protocol", "containerPort")]
    [InlineData("StatefulSet", "spec.template.spec.initContainers[].env", "name", "name")]
    [InlineData("DaemonSet", "spec.template.spec.volumes", "name", "name")]
    [InlineData("StatefulSet", "status.conditions", "type", "type")]
    [InlineData("DaemonSet", "status.conditions", "type", "type")]
    [InlineData("PodDisruptionBudget", "status.conditions", "type", "type")]
    [InlineData("PersistentVolumeClaim", "status.conditions", "type", "type")]
    [InlineData("Namespace", "status.conditions", "type", "type")]
    [InlineData("Node", "status.conditions", "type", "type")]
    [InlineData("Node", "status.addresses", "type", "type")]
    [InlineData("Service", "spec.ports", "port,protocol", "port")]
    [InlineData("ServiceAccount", "secrets", "name", "name")]
    public void Lists_are_maps_by_these_keys(string kind, string path, string keys, string? patchKey)
    {
        ValueSchema schema = At(kind, path);

        Assert.Equal(ValueShape.KeyedList, schema.Shape);
        Assert.Equal(keys, string.Join(",", schema.Keys));
        Assert.Equal(patchKey, schema.PatchKey);
    }

    [Theory]
    [InlineData("ConfigMap", "metadata.finalizers")]
    [InlineData("Node", "spec.podCIDRs")]
    public void Lists_are_sets(string kind, string path) => Assert.Equal((ValueShape.Set, true), (At(kind, path).Shape, At(kind, path).IsPatchMerged));

    [Theory]
    [InlineData("Service", "spec.selector")]
    [InlineData("StatefulSet", "spec.selector")]
    [InlineData("DaemonSet", "spec.selector")]
    [InlineData("PodDisruptionBudget", "spec.selector")]
    [InlineData("PersistentVolumeClaim", "spec.selector")]
    [InlineData("PersistentVolumeClaim", "spec.dataSource")]
    [InlineData("PersistentVolume", "spec.nodeAffinity.required")]
    [InlineData("Pod", "spec.nodeSelector")]
    [InlineData("Pod", "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution")]
    [InlineData("Pod", "spec.topologySpreadConstraints[].labelSelector")]
    [InlineData("Pod", "spec.containers[].env[].valueFrom.fieldRef")]
    [InlineData("Pod", "spec.containers[].env[].valueFrom.secretKeyRef")]
    [InlineData("Pod", "spec.containers[].env[].valueFrom.configMapKeyRef")]
    [InlineData("Pod", "spec.containers[].env[].valueFrom.resourceFieldRef")]
    [InlineData("Pod", "spec.imagePullSecrets[]")]
    [InlineData("Pod", "metadata.ownerReferences[]")]
    [InlineData("RoleBinding", "roleRef")]
    [InlineData("Event", "involvedObject")]
    [InlineData("ControllerRevision", "data")]
    public void Objects_are_one_value(string kind, string path) => Assert.Equal(ValueShape.Atomic, At(kind, path).Shape);

    // Granular objects, and lists that are one value: neither is in the table.
    [Theory]
    [InlineData("Pod", "spec.containers[].command")]
    [InlineData("Pod", "spec.containers[].args")]
    [InlineData("Pod", "spec.containers[].envFrom")]
    [InlineData("Pod", "spec.tolerations")]
    [InlineData("Pod", "spec.containers[].resources.limits")]
    [InlineData("Pod", "spec.securityContext")]
    [InlineData("Pod", "status.containerStatuses")]
    [InlineData("Pod", "metadata.labels")]
    [InlineData("StatefulSet", "spec.volumeClaimTemplates")]
    [InlineData("PersistentVolume", "spec.claimRef")]
    [InlineData("Endpoints", "subsets")]
    [InlineData("EndpointSlice", "endpoints")]
    [InlineData("Role", "rules")]
    [InlineData("ServiceAccount", "imagePullSecrets")]
    [InlineData("ConfigMap", "data")]
    public void The_rest_is_as_the_API_says_by_default(string kind, string path) => Assert.Equal(ValueShape.Plain, At(kind, path).Shape);

    [Fact]
    public void Keys_are_in_the_order_in_which_field_sets_write_them()
    {
        foreach (ResourceKind kind in ResourceKinds.All)
        {
            Visit(ListSchema.Of(kind));
        }

        static void Visit(ValueSchema schema)
        {
            Assert.Equal(schema.Keys.Order(StringComparer.Ordinal), schema.Keys);
            Assert.Equal(schema.Shape == ValueShape.KeyedList, schema.Keys.Count > 0);
            foreach (ValueSchema part in schema.Fields.Values.Append(schema.Item).Where(part => part != ValueSchema.Unknown))
            {
                Visit(part);
            }
        }
    }

    private static ValueSchema At(string kind, string path)
    {
        ValueSchema schema = ListSchema.Of(ResourceKinds.All.Single(known => known.Kind == kind));
        foreach (string part in path.Split('.'))
        {
            schema = schema.Field(part.Replace("[]", string.Empty, StringComparison.Ordinal));
            schema = part.EndsWith("[]", StringComparison.Ordinal) ? schema.Item : schema;
        }

        return schema;
    }
}
