namespace ConsulPets.Sandbox.Admission;

/// <summary>Workloads, budgets, leases and priority classes.</summary>
internal static partial class SchemaText
{
    private const string Workloads = """
        StatefulSet: kind?string apiVersion?string metadata?ObjectMeta spec?StatefulSetSpec status?StatefulSetStatus
        StatefulSetSpec: replicas?*int32 selector!*LabelSelector template!PodTemplateSpec volumeClaimTemplates?[]PersistentVolumeClaim serviceName!string
          podManagementPolicy?PodManagementPolicyType updateStrategy?StatefulSetUpdateStrategy revisionHistoryLimit?*int32 minReadySeconds?int32
          persistentVolumeClaimRetentionPolicy?*StatefulSetPersistentVolumeClaimRetentionPolicy ordinals?*StatefulSetOrdinals
        StatefulSetStatus: observedGeneration?int64 replicas!int32 readyReplicas?int32 currentReplicas?int32 updatedReplicas?int32 currentRevision?string
          updateRevision?string collisionCount?*int32 conditions?[]StatefulSetCondition availableReplicas!int32
        PodTemplateSpec: metadata?ObjectMeta spec?PodSpec
        StatefulSetUpdateStrategy: type?StatefulSetUpdateStrategyType rollingUpdate?*RollingUpdateStatefulSetStrategy
        StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted?PersistentVolumeClaimRetentionPolicyType
          whenScaled?PersistentVolumeClaimRetentionPolicyType
        StatefulSetOrdinals: start!int32
        StatefulSetCondition: type!StatefulSetConditionType status!ConditionStatus lastTransitionTime?Time reason?string message?string
        RollingUpdateStatefulSetStrategy: partition?*int32 maxUnavailable?*intstr.IntOrString
        DaemonSet: kind?string apiVersion?string metadata?ObjectMeta spec?DaemonSetSpec status?DaemonSetStatus
        DaemonSetSpec: selector!*LabelSelector template!PodTemplateSpec updateStrategy?DaemonSetUpdateStrategy minReadySeconds?int32
          revisionHistoryLimit?*int32
        DaemonSetStatus: currentNumberScheduled!int32 numberMisscheduled!int32 desiredNumberScheduled!int32 numberReady!int32 observedGeneration?int64
          updatedNumberScheduled?int32 numberAvailable?int32 numberUnavailable?int32 collisionCount?*int32 conditions?[]DaemonSetCondition
        DaemonSetUpdateStrategy: type?DaemonSetUpdateStrategyType rollingUpdate?*RollingUpdateDaemonSet
        DaemonSetCondition: type!DaemonSetConditionType status!ConditionStatus lastTransitionTime?Time reason?string message?string
        RollingUpdateDaemonSet: maxUnavailable?*intstr.IntOrString maxSurge?*intstr.IntOrString
        ControllerRevision: kind?string apiVersion?string metadata?ObjectMeta data?runtime.RawExtension revision!int64
        PodDisruptionBudget: kind?string apiVersion?string metadata?ObjectMeta spec?PodDisruptionBudgetSpec status?PodDisruptionBudgetStatus
        PodDisruptionBudgetSpec: minAvailable?*intstr.IntOrString selector?*LabelSelector maxUnavailable?*intstr.IntOrString
          unhealthyPodEvictionPolicy?*UnhealthyPodEvictionPolicyType
        PodDisruptionBudgetStatus: observedGeneration?int64 disruptedPods?map[string]Time disruptionsAllowed!int32 currentHealthy!int32 desiredHealthy!int32
          expectedPods!int32 conditions?[]Condition
        Lease: kind?string apiVersion?string metadata?ObjectMeta spec?LeaseSpec
        LeaseSpec: holderIdentity?*string leaseDurationSeconds?*int32 acquireTime?*MicroTime renewTime?*MicroTime leaseTransitions?*int32
          strategy?*CoordinatedLeaseStrategy preferredHolder?*string
        PriorityClass: kind?string apiVersion?string metadata?ObjectMeta value!int32 globalDefault?bool description?string preemptionPolicy?*PreemptionPolicy
        """;
}
