namespace ConsulPets.Sandbox.Admission;

/// <summary>Metadata, selectors and references.</summary>
internal static partial class SchemaText
{
    private const string Metadata = """
        ObjectMeta: name?string generateName?string namespace?string selfLink?string uid?types.UID resourceVersion?string generation?int64
          creationTimestamp?Time deletionTimestamp?*Time deletionGracePeriodSeconds?*int64 labels?map[string]string annotations?map[string]string
          ownerReferences?[]OwnerReference finalizers?[]string managedFields?[]ManagedFieldsEntry
        OwnerReference: apiVersion!string kind!string name!string uid!types.UID controller?*bool blockOwnerDeletion?*bool
        ManagedFieldsEntry: manager?string operation?ManagedFieldsOperationType apiVersion?string time?*Time fieldsType?string fieldsV1?*FieldsV1
          subresource?string
        LabelSelector: matchLabels?map[string]string matchExpressions?[]LabelSelectorRequirement
        LabelSelectorRequirement: key!string operator!LabelSelectorOperator values?[]string
        ObjectReference: kind?string namespace?string name?string uid?types.UID apiVersion?string resourceVersion?string fieldPath?string
        LocalObjectReference: name?string
        Condition: type!string status!ConditionStatus observedGeneration?int64 lastTransitionTime!Time reason!string message!string
        texts: AddressType AppArmorProfileType AzureDataDiskCachingMode AzureDataDiskKind Capability ClaimResourceStatus ConditionStatus
          ContainerRestartPolicy CoordinatedLeaseStrategy DNSPolicy DaemonSetConditionType DaemonSetUpdateStrategyType FinalizerName HostPathType IPFamily
          IPFamilyPolicy LabelSelectorOperator LoadBalancerIPMode ManagedFieldsOperationType MountPropagationMode NamespaceConditionType NamespacePhase
          NodeAddressType NodeConditionType NodeInclusionPolicy NodePhase NodeSelectorOperator OSName PersistentVolumeAccessMode
          PersistentVolumeClaimConditionType PersistentVolumeClaimModifyVolumeStatus PersistentVolumeClaimPhase PersistentVolumeClaimRetentionPolicyType
          PersistentVolumeMode PersistentVolumePhase PersistentVolumeReclaimPolicy PodConditionType PodFSGroupChangePolicy PodManagementPolicyType PodPhase
          PodQOSClass PodResizeStatus PreemptionPolicy ProcMountType Protocol PullPolicy RecursiveReadOnlyMode ResourceHealthStatus ResourceID ResourceName
          ResourceResizeRestartPolicy RestartPolicy SeccompProfileType SecretType ServiceAffinity ServiceExternalTrafficPolicy ServiceInternalTrafficPolicy
          ServiceType StatefulSetConditionType StatefulSetUpdateStrategyType StorageMedium SupplementalGroupsPolicy TaintEffect TerminationMessagePolicy
          TolerationOperator URIScheme UnhealthyPodEvictionPolicyType UniqueVolumeName UnsatisfiableConstraintAction VolumeBindingMode
        """;
}
