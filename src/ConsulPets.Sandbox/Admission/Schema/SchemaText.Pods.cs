namespace ConsulPets.Sandbox.Admission;

/// <summary>Pods.</summary>
internal static partial class SchemaText
{
    private const string Pods = """
        Pod: kind?string apiVersion?string metadata?ObjectMeta spec?PodSpec status?PodStatus
        PodSpec: volumes?[]Volume initContainers?[]Container containers![]Container ephemeralContainers?[]EphemeralContainer restartPolicy?RestartPolicy
          terminationGracePeriodSeconds?*int64 activeDeadlineSeconds?*int64 dnsPolicy?DNSPolicy nodeSelector?map[string]string serviceAccountName?string
          serviceAccount?string automountServiceAccountToken?*bool nodeName?string hostNetwork?bool hostPID?bool hostIPC?bool shareProcessNamespace?*bool
          securityContext?*PodSecurityContext imagePullSecrets?[]LocalObjectReference hostname?string subdomain?string affinity?*Affinity schedulerName?string
          tolerations?[]Toleration hostAliases?[]HostAlias priorityClassName?string priority?*int32 dnsConfig?*PodDNSConfig readinessGates?[]PodReadinessGate
          runtimeClassName?*string enableServiceLinks?*bool preemptionPolicy?*PreemptionPolicy overhead?ResourceList
          topologySpreadConstraints?[]TopologySpreadConstraint setHostnameAsFQDN?*bool os?*PodOS hostUsers?*bool schedulingGates?[]PodSchedulingGate
          resourceClaims?[]PodResourceClaim
        PodStatus: phase?PodPhase conditions?[]PodCondition message?string reason?string nominatedNodeName?string hostIP?string hostIPs?[]HostIP podIP?string
          podIPs?[]PodIP startTime?*Time initContainerStatuses?[]ContainerStatus containerStatuses?[]ContainerStatus qosClass?PodQOSClass
          ephemeralContainerStatuses?[]ContainerStatus resize?PodResizeStatus resourceClaimStatuses?[]PodResourceClaimStatus
        Container: name!string image?string command?[]string args?[]string workingDir?string ports?[]ContainerPort envFrom?[]EnvFromSource env?[]EnvVar
          resources?ResourceRequirements resizePolicy?[]ContainerResizePolicy restartPolicy?*ContainerRestartPolicy volumeMounts?[]VolumeMount
          volumeDevices?[]VolumeDevice livenessProbe?*Probe readinessProbe?*Probe startupProbe?*Probe lifecycle?*Lifecycle terminationMessagePath?string
          terminationMessagePolicy?TerminationMessagePolicy imagePullPolicy?PullPolicy securityContext?*SecurityContext stdin?bool stdinOnce?bool tty?bool
        EphemeralContainer: name!string image?string command?[]string args?[]string workingDir?string ports?[]ContainerPort envFrom?[]EnvFromSource
          env?[]EnvVar resources?ResourceRequirements resizePolicy?[]ContainerResizePolicy restartPolicy?*ContainerRestartPolicy volumeMounts?[]VolumeMount
          volumeDevices?[]VolumeDevice livenessProbe?*Probe readinessProbe?*Probe startupProbe?*Probe lifecycle?*Lifecycle terminationMessagePath?string
          terminationMessagePolicy?TerminationMessagePolicy imagePullPolicy?PullPolicy securityContext?*SecurityContext stdin?bool stdinOnce?bool tty?bool
          targetContainerName?string
        PodSecurityContext: seLinuxOptions?*SELinuxOptions windowsOptions?*WindowsSecurityContextOptions runAsUser?*int64 runAsGroup?*int64 runAsNonRoot?*bool
          supplementalGroups?[]int64 supplementalGroupsPolicy?*SupplementalGroupsPolicy fsGroup?*int64 sysctls?[]Sysctl
          fsGroupChangePolicy?*PodFSGroupChangePolicy seccompProfile?*SeccompProfile appArmorProfile?*AppArmorProfile
        Affinity: nodeAffinity?*NodeAffinity podAffinity?*PodAffinity podAntiAffinity?*PodAntiAffinity
        Toleration: key?string operator?TolerationOperator value?string effect?TaintEffect tolerationSeconds?*int64
        HostAlias: ip!string hostnames?[]string
        PodDNSConfig: nameservers?[]string searches?[]string options?[]PodDNSConfigOption
        PodReadinessGate: conditionType!PodConditionType
        TopologySpreadConstraint: maxSkew!int32 topologyKey!string whenUnsatisfiable!UnsatisfiableConstraintAction labelSelector?*LabelSelector
          minDomains?*int32 nodeAffinityPolicy?*NodeInclusionPolicy nodeTaintsPolicy?*NodeInclusionPolicy matchLabelKeys?[]string
        PodOS: name!OSName
        PodSchedulingGate: name!string
        PodResourceClaim: name!string resourceClaimName?*string resourceClaimTemplateName?*string
        PodCondition: type!PodConditionType status!ConditionStatus lastProbeTime?Time lastTransitionTime?Time reason?string message?string
        HostIP: ip!string
        PodIP: ip!string
        ContainerStatus: name!string state?ContainerState lastState?ContainerState ready!bool restartCount!int32 image!string imageID!string
          containerID?string started?*bool allocatedResources?ResourceList resources?*ResourceRequirements volumeMounts?[]VolumeMountStatus
          user?*ContainerUser allocatedResourcesStatus?[]ResourceStatus
        PodResourceClaimStatus: name!string resourceClaimName?*string
        ContainerPort: name?string hostPort?int32 containerPort!int32 protocol?Protocol hostIP?string
        EnvFromSource: prefix?string configMapRef?*ConfigMapEnvSource secretRef?*SecretEnvSource
        EnvVar: name!string value?string valueFrom?*EnvVarSource
        ResourceRequirements: limits?ResourceList requests?ResourceList claims?[]ResourceClaim
        ContainerResizePolicy: resourceName!ResourceName restartPolicy!ResourceResizeRestartPolicy
        VolumeMount: name!string readOnly?bool recursiveReadOnly?*RecursiveReadOnlyMode mountPath!string subPath?string mountPropagation?*MountPropagationMode
          subPathExpr?string
        VolumeDevice: name!string devicePath!string
        Probe: exec?*ExecAction httpGet?*HTTPGetAction tcpSocket?*TCPSocketAction grpc?*GRPCAction initialDelaySeconds?int32 timeoutSeconds?int32
          periodSeconds?int32 successThreshold?int32 failureThreshold?int32 terminationGracePeriodSeconds?*int64
        Lifecycle: postStart?*LifecycleHandler preStop?*LifecycleHandler
        SecurityContext: capabilities?*Capabilities privileged?*bool seLinuxOptions?*SELinuxOptions windowsOptions?*WindowsSecurityContextOptions
          runAsUser?*int64 runAsGroup?*int64 runAsNonRoot?*bool readOnlyRootFilesystem?*bool allowPrivilegeEscalation?*bool procMount?*ProcMountType
          seccompProfile?*SeccompProfile appArmorProfile?*AppArmorProfile
        SELinuxOptions: user?string role?string type?string level?string
        WindowsSecurityContextOptions: gmsaCredentialSpecName?*string gmsaCredentialSpec?*string runAsUserName?*string hostProcess?*bool
        Sysctl: name!string value!string
        SeccompProfile: type!SeccompProfileType localhostProfile?*string
        AppArmorProfile: type!AppArmorProfileType localhostProfile?*string
        NodeAffinity: requiredDuringSchedulingIgnoredDuringExecution?*NodeSelector preferredDuringSchedulingIgnoredDuringExecution?[]PreferredSchedulingTerm
        PodAffinity: requiredDuringSchedulingIgnoredDuringExecution?[]PodAffinityTerm
          preferredDuringSchedulingIgnoredDuringExecution?[]WeightedPodAffinityTerm
        PodAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution?[]PodAffinityTerm
          preferredDuringSchedulingIgnoredDuringExecution?[]WeightedPodAffinityTerm
        PodDNSConfigOption: name?string value?*string
        ContainerState: waiting?*ContainerStateWaiting running?*ContainerStateRunning terminated?*ContainerStateTerminated
        VolumeMountStatus: name!string mountPath!string readOnly?bool recursiveReadOnly?*RecursiveReadOnlyMode
        ContainerUser: linux?*LinuxContainerUser
        ResourceStatus: name!ResourceName resources?[]ResourceHealth
        ConfigMapEnvSource: name?string optional?*bool
        SecretEnvSource: name?string optional?*bool
        EnvVarSource: fieldRef?*ObjectFieldSelector resourceFieldRef?*ResourceFieldSelector configMapKeyRef?*ConfigMapKeySelector
          secretKeyRef?*SecretKeySelector
        ResourceClaim: name!string request?string
        ExecAction: command?[]string
        HTTPGetAction: path?string port!intstr.IntOrString host?string scheme?URIScheme httpHeaders?[]HTTPHeader
        TCPSocketAction: port!intstr.IntOrString host?string
        GRPCAction: port!int32 service!*string
        LifecycleHandler: exec?*ExecAction httpGet?*HTTPGetAction tcpSocket?*TCPSocketAction sleep?*SleepAction
        Capabilities: add?[]Capability drop?[]Capability
        PreferredSchedulingTerm: weight!int32 preference!NodeSelectorTerm
        PodAffinityTerm: labelSelector?*LabelSelector namespaces?[]string topologyKey!string namespaceSelector?*LabelSelector matchLabelKeys?[]string
          mismatchLabelKeys?[]string
        WeightedPodAffinityTerm: weight!int32 podAffinityTerm!PodAffinityTerm
        ContainerStateWaiting: reason?string message?string
        ContainerStateRunning: startedAt?Time
        ContainerStateTerminated: exitCode!int32 signal?int32 reason?string message?string startedAt?Time finishedAt?Time containerID?string
        LinuxContainerUser: uid!int64 gid!int64 supplementalGroups?[]int64
        ResourceHealth: resourceID!ResourceID health?ResourceHealthStatus
        ConfigMapKeySelector: name?string key!string optional?*bool
        SecretKeySelector: name?string key!string optional?*bool
        HTTPHeader: name!string value!string
        SleepAction: seconds!int64
        """;
}
