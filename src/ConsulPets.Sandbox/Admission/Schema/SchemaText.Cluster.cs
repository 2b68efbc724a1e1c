namespace ConsulPets.Sandbox.Admission;

/// <summary>Services, settings, rights, nodes, namespaces and events.</summary>
internal static partial class SchemaText
{
    private const string Cluster = """
        Namespace: kind?string apiVersion?string metadata?ObjectMeta spec?NamespaceSpec status?NamespaceStatus
        NamespaceSpec: finalizers?[]FinalizerName
        NamespaceStatus: phase?NamespacePhase conditions?[]NamespaceCondition
        NamespaceCondition: type!NamespaceConditionType status!ConditionStatus lastTransitionTime?Time reason?string message?string
        Node: kind?string apiVersion?string metadata?ObjectMeta spec?NodeSpec status?NodeStatus
        NodeSpec: podCIDR?string podCIDRs?[]string providerID?string unschedulable?bool taints?[]Taint configSource?*NodeConfigSource externalID?string
        NodeStatus: capacity?ResourceList allocatable?ResourceList phase?NodePhase conditions?[]NodeCondition addresses?[]NodeAddress
          daemonEndpoints?NodeDaemonEndpoints nodeInfo?NodeSystemInfo images?[]ContainerImage volumesInUse?[]UniqueVolumeName volumesAttached?[]AttachedVolume
          config?*NodeConfigStatus runtimeHandlers?[]NodeRuntimeHandler features?*NodeFeatures
        Taint: key!string value?string effect!TaintEffect timeAdded?*Time
        NodeConfigSource: configMap?*ConfigMapNodeConfigSource
        NodeCondition: type!NodeConditionType status!ConditionStatus lastHeartbeatTime?Time lastTransitionTime?Time reason?string message?string
        NodeAddress: type!NodeAddressType address!string
        NodeDaemonEndpoints: kubeletEndpoint?DaemonEndpoint
        NodeSystemInfo: machineID!string systemUUID!string bootID!string kernelVersion!string osImage!string containerRuntimeVersion!string
          kubeletVersion!string kubeProxyVersion!string operatingSystem!string architecture!string
        ContainerImage: names![]string sizeBytes?int64
        AttachedVolume: name!UniqueVolumeName devicePath!string
        NodeConfigStatus: assigned?*NodeConfigSource active?*NodeConfigSource lastKnownGood?*NodeConfigSource error?string
        NodeRuntimeHandler: name!string features?*NodeRuntimeHandlerFeatures
        NodeFeatures: supplementalGroupsPolicy?*bool
        ConfigMapNodeConfigSource: namespace!string name!string uid?types.UID resourceVersion?string kubeletConfigKey!string
        DaemonEndpoint: Port!int32
        NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts?*bool userNamespaces?*bool
        Service: kind?string apiVersion?string metadata?ObjectMeta spec?ServiceSpec status?ServiceStatus
        ServiceSpec: ports?[]ServicePort selector?map[string]string clusterIP?string clusterIPs?[]string type?ServiceType externalIPs?[]string
          sessionAffinity?ServiceAffinity loadBalancerIP?string loadBalancerSourceRanges?[]string externalName?string
          externalTrafficPolicy?ServiceExternalTrafficPolicy healthCheckNodePort?int32 publishNotReadyAddresses?bool
          sessionAffinityConfig?*SessionAffinityConfig ipFamilies?[]IPFamily ipFamilyPolicy?*IPFamilyPolicy allocateLoadBalancerNodePorts?*bool
          loadBalancerClass?*string internalTrafficPolicy?*ServiceInternalTrafficPolicy trafficDistribution?*string
        ServiceStatus: loadBalancer?LoadBalancerStatus conditions?[]Condition
        ServicePort: name?string protocol?Protocol appProtocol?*string port!int32 targetPort?intstr.IntOrString nodePort?int32
        SessionAffinityConfig: clientIP?*ClientIPConfig
        LoadBalancerStatus: ingress?[]LoadBalancerIngress
        ClientIPConfig: timeoutSeconds?*int32
        LoadBalancerIngress: ip?string hostname?string ipMode?*LoadBalancerIPMode ports?[]PortStatus
        PortStatus: port!int32 protocol!Protocol error?*string
        Endpoints: kind?string apiVersion?string metadata?ObjectMeta subsets?[]EndpointSubset
        EndpointSubset: addresses?[]EndpointAddress notReadyAddresses?[]EndpointAddress ports?[]EndpointPort
        EndpointAddress: ip!string hostname?string nodeName?*string targetRef?*ObjectReference
        EndpointPort: name?*string protocol?*Protocol port?*int32 appProtocol?*string
        EndpointSlice: kind?string apiVersion?string metadata?ObjectMeta addressType!AddressType endpoints![]Endpoint ports![]EndpointPort
        Endpoint: addresses![]string conditions?EndpointConditions hostname?*string targetRef?*ObjectReference deprecatedTopology?map[string]string
          nodeName?*string zone?*string hints?*EndpointHints
        EndpointConditions: ready?*bool serving?*bool terminating?*bool
        EndpointHints: forZones?[]ForZone
        ForZone: name!string
        ConfigMap: kind?string apiVersion?string metadata?ObjectMeta immutable?*bool data?map[string]string binaryData?map[string][]byte
        Secret: kind?string apiVersion?string metadata?ObjectMeta immutable?*bool data?map[string][]byte stringData?map[string]string type?SecretType
        ServiceAccount: kind?string apiVersion?string metadata?ObjectMeta secrets?[]ObjectReference imagePullSecrets?[]LocalObjectReference
          automountServiceAccountToken?*bool
        Event: kind?string apiVersion?string metadata!ObjectMeta involvedObject!ObjectReference reason?string message?string source?EventSource
          firstTimestamp?Time lastTimestamp?Time count?int32 type?string eventTime?MicroTime series?*EventSeries action?string related?*ObjectReference
          reportingComponent!string reportingInstance!string
        EventSource: component?string host?string
        EventSeries: count?int32 lastObservedTime?MicroTime
        Role: kind?string apiVersion?string metadata?ObjectMeta rules![]PolicyRule
        PolicyRule: verbs![]string apiGroups?[]string resources?[]string resourceNames?[]string nonResourceURLs?[]string
        RoleBinding: kind?string apiVersion?string metadata?ObjectMeta subjects?[]Subject roleRef!RoleRef
        Subject: kind!string apiGroup?string name!string namespace?string
        RoleRef: apiGroup!string kind!string name!string
        ClusterRole: kind?string apiVersion?string metadata?ObjectMeta rules![]PolicyRule aggregationRule?*AggregationRule
        AggregationRule: clusterRoleSelectors?[]LabelSelector
        ClusterRoleBinding: kind?string apiVersion?string metadata?ObjectMeta subjects?[]Subject roleRef!RoleRef
        """;
}
