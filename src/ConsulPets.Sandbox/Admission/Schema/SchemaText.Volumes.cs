namespace ConsulPets.Sandbox.Admission;

/// <summary>Volumes, claims and storage classes.</summary>
internal static partial class SchemaText
{
    private const string Volumes = """
        Volume: name!string hostPath?*HostPathVolumeSource emptyDir?*EmptyDirVolumeSource gcePersistentDisk?*GCEPersistentDiskVolumeSource
          awsElasticBlockStore?*AWSElasticBlockStoreVolumeSource gitRepo?*GitRepoVolumeSource secret?*SecretVolumeSource nfs?*NFSVolumeSource
          iscsi?*ISCSIVolumeSource glusterfs?*GlusterfsVolumeSource persistentVolumeClaim?*PersistentVolumeClaimVolumeSource rbd?*RBDVolumeSource
          flexVolume?*FlexVolumeSource cinder?*CinderVolumeSource cephfs?*CephFSVolumeSource flocker?*FlockerVolumeSource downwardAPI?*DownwardAPIVolumeSource
          fc?*FCVolumeSource azureFile?*AzureFileVolumeSource configMap?*ConfigMapVolumeSource vsphereVolume?*VsphereVirtualDiskVolumeSource
          quobyte?*QuobyteVolumeSource azureDisk?*AzureDiskVolumeSource photonPersistentDisk?*PhotonPersistentDiskVolumeSource
          projected?*ProjectedVolumeSource portworxVolume?*PortworxVolumeSource scaleIO?*ScaleIOVolumeSource storageos?*StorageOSVolumeSource
          csi?*CSIVolumeSource ephemeral?*EphemeralVolumeSource image?*ImageVolumeSource
        HostPathVolumeSource: path!string type?*HostPathType
        EmptyDirVolumeSource: medium?StorageMedium sizeLimit?*resource.Quantity
        GCEPersistentDiskVolumeSource: pdName!string fsType?string partition?int32 readOnly?bool
        AWSElasticBlockStoreVolumeSource: volumeID!string fsType?string partition?int32 readOnly?bool
        GitRepoVolumeSource: repository!string revision?string directory?string
        SecretVolumeSource: secretName?string items?[]KeyToPath defaultMode?*int32 optional?*bool
        NFSVolumeSource: server!string path!string readOnly?bool
        ISCSIVolumeSource: targetPortal!string iqn!string lun!int32 iscsiInterface?string fsType?string readOnly?bool portals?[]string chapAuthDiscovery?bool
          chapAuthSession?bool secretRef?*LocalObjectReference initiatorName?*string
        GlusterfsVolumeSource: endpoints!string path!string readOnly?bool
        PersistentVolumeClaimVolumeSource: claimName!string readOnly?bool
        RBDVolumeSource: monitors![]string image!string fsType?string pool?string user?string keyring?string secretRef?*LocalObjectReference readOnly?bool
        FlexVolumeSource: driver!string fsType?string secretRef?*LocalObjectReference readOnly?bool options?map[string]string
        CinderVolumeSource: volumeID!string fsType?string readOnly?bool secretRef?*LocalObjectReference
        CephFSVolumeSource: monitors![]string path?string user?string secretFile?string secretRef?*LocalObjectReference readOnly?bool
        FlockerVolumeSource: datasetName?string datasetUUID?string
        DownwardAPIVolumeSource: items?[]DownwardAPIVolumeFile defaultMode?*int32
        FCVolumeSource: targetWWNs?[]string lun?*int32 fsType?string readOnly?bool wwids?[]string
        AzureFileVolumeSource: secretName!string shareName!string readOnly?bool
        ConfigMapVolumeSource: name?string items?[]KeyToPath defaultMode?*int32 optional?*bool
        VsphereVirtualDiskVolumeSource: volumePath!string fsType?string storagePolicyName?string storagePolicyID?string
        QuobyteVolumeSource: registry!string volume!string readOnly?bool user?string group?string tenant?string
        AzureDiskVolumeSource: diskName!string diskURI!string cachingMode?*AzureDataDiskCachingMode fsType?*string readOnly?*bool kind?*AzureDataDiskKind
        PhotonPersistentDiskVolumeSource: pdID!string fsType?string
        ProjectedVolumeSource: sources![]VolumeProjection defaultMode?*int32
        PortworxVolumeSource: volumeID!string fsType?string readOnly?bool
        ScaleIOVolumeSource: gateway!string system!string secretRef!*LocalObjectReference sslEnabled?bool protectionDomain?string storagePool?string
          storageMode?string volumeName?string fsType?string readOnly?bool
        StorageOSVolumeSource: volumeName?string volumeNamespace?string fsType?string readOnly?bool secretRef?*LocalObjectReference
        CSIVolumeSource: driver!string readOnly?*bool fsType?*string volumeAttributes?map[string]string nodePublishSecretRef?*LocalObjectReference
        EphemeralVolumeSource: volumeClaimTemplate?*PersistentVolumeClaimTemplate
        ImageVolumeSource: reference?string pullPolicy?PullPolicy
        KeyToPath: key!string path!string mode?*int32
        DownwardAPIVolumeFile: path!string fieldRef?*ObjectFieldSelector resourceFieldRef?*ResourceFieldSelector mode?*int32
        VolumeProjection: secret?*SecretProjection downwardAPI?*DownwardAPIProjection configMap?*ConfigMapProjection
          serviceAccountToken?*ServiceAccountTokenProjection clusterTrustBundle?*ClusterTrustBundleProjection
        PersistentVolumeClaimTemplate: metadata?ObjectMeta spec!PersistentVolumeClaimSpec
        ObjectFieldSelector: apiVersion?string fieldPath!string
        ResourceFieldSelector: containerName?string resource!string divisor?resource.Quantity
        SecretProjection: name?string items?[]KeyToPath optional?*bool
        DownwardAPIProjection: items?[]DownwardAPIVolumeFile
        ConfigMapProjection: name?string items?[]KeyToPath optional?*bool
        ServiceAccountTokenProjection: audience?string expirationSeconds?*int64 path!string
        ClusterTrustBundleProjection: name?*string signerName?*string labelSelector?*LabelSelector optional?*bool path!string
        PersistentVolumeClaimSpec: accessModes?[]PersistentVolumeAccessMode selector?*LabelSelector resources?VolumeResourceRequirements volumeName?string
          storageClassName?*string volumeMode?*PersistentVolumeMode dataSource?*TypedLocalObjectReference dataSourceRef?*TypedObjectReference
          volumeAttributesClassName?*string
        VolumeResourceRequirements: limits?ResourceList requests?ResourceList
        TypedLocalObjectReference: apiGroup!*string kind!string name!string
        TypedObjectReference: apiGroup!*string kind!string name!string namespace?*string
        PersistentVolumeClaim: kind?string apiVersion?string metadata?ObjectMeta spec?PersistentVolumeClaimSpec status?PersistentVolumeClaimStatus
        PersistentVolumeClaimStatus: phase?PersistentVolumeClaimPhase accessModes?[]PersistentVolumeAccessMode capacity?ResourceList
          conditions?[]PersistentVolumeClaimCondition allocatedResources?ResourceList allocatedResourceStatuses?map[ResourceName]ClaimResourceStatus
          currentVolumeAttributesClassName?*string modifyVolumeStatus?*ModifyVolumeStatus
        PersistentVolumeClaimCondition: type!PersistentVolumeClaimConditionType status!ConditionStatus lastProbeTime?Time lastTransitionTime?Time
          reason?string message?string
        ModifyVolumeStatus: targetVolumeAttributesClassName?string status!PersistentVolumeClaimModifyVolumeStatus
        PersistentVolume: kind?string apiVersion?string metadata?ObjectMeta spec?PersistentVolumeSpec status?PersistentVolumeStatus
        PersistentVolumeSpec: capacity?ResourceList gcePersistentDisk?*GCEPersistentDiskVolumeSource awsElasticBlockStore?*AWSElasticBlockStoreVolumeSource
          hostPath?*HostPathVolumeSource glusterfs?*GlusterfsPersistentVolumeSource nfs?*NFSVolumeSource rbd?*RBDPersistentVolumeSource
          iscsi?*ISCSIPersistentVolumeSource cinder?*CinderPersistentVolumeSource cephfs?*CephFSPersistentVolumeSource fc?*FCVolumeSource
          flocker?*FlockerVolumeSource flexVolume?*FlexPersistentVolumeSource azureFile?*AzureFilePersistentVolumeSource
          vsphereVolume?*VsphereVirtualDiskVolumeSource quobyte?*QuobyteVolumeSource azureDisk?*AzureDiskVolumeSource
          photonPersistentDisk?*PhotonPersistentDiskVolumeSource portworxVolume?*PortworxVolumeSource scaleIO?*ScaleIOPersistentVolumeSource
          local?*LocalVolumeSource storageos?*StorageOSPersistentVolumeSource csi?*CSIPersistentVolumeSource accessModes?[]PersistentVolumeAccessMode
          claimRef?*ObjectReference persistentVolumeReclaimPolicy?PersistentVolumeReclaimPolicy storageClassName?string mountOptions?[]string
          volumeMode?*PersistentVolumeMode nodeAffinity?*VolumeNodeAffinity volumeAttributesClassName?*string
        PersistentVolumeStatus: phase?PersistentVolumePhase message?string reason?string lastPhaseTransitionTime?*Time
        GlusterfsPersistentVolumeSource: endpoints!string path!string readOnly?bool endpointsNamespace?*string
        RBDPersistentVolumeSource: monitors![]string image!string fsType?string pool?string user?string keyring?string secretRef?*SecretReference
          readOnly?bool
        ISCSIPersistentVolumeSource: targetPortal!string iqn!string lun!int32 iscsiInterface?string fsType?string readOnly?bool portals?[]string
          chapAuthDiscovery?bool chapAuthSession?bool secretRef?*SecretReference initiatorName?*string
        CinderPersistentVolumeSource: volumeID!string fsType?string readOnly?bool secretRef?*SecretReference
        CephFSPersistentVolumeSource: monitors![]string path?string user?string secretFile?string secretRef?*SecretReference readOnly?bool
        FlexPersistentVolumeSource: driver!string fsType?string secretRef?*SecretReference readOnly?bool options?map[string]string
        AzureFilePersistentVolumeSource: secretName!string shareName!string readOnly?bool secretNamespace!*string
        ScaleIOPersistentVolumeSource: gateway!string system!string secretRef!*SecretReference sslEnabled?bool protectionDomain?string storagePool?string
          storageMode?string volumeName?string fsType?string readOnly?bool
        LocalVolumeSource: path!string fsType?*string
        StorageOSPersistentVolumeSource: volumeName?string volumeNamespace?string fsType?string readOnly?bool secretRef?*ObjectReference
        CSIPersistentVolumeSource: driver!string volumeHandle!string readOnly?bool fsType?string volumeAttributes?map[string]string
          controllerPublishSecretRef?*SecretReference nodeStageSecretRef?*SecretReference nodePublishSecretRef?*SecretReference
          controllerExpandSecretRef?*SecretReference nodeExpandSecretRef?*SecretReference
        VolumeNodeAffinity: required?*NodeSelector
        SecretReference: name?string namespace?string
        NodeSelector: nodeSelectorTerms![]NodeSelectorTerm
        NodeSelectorTerm: matchExpressions?[]NodeSelectorRequirement matchFields?[]NodeSelectorRequirement
        NodeSelectorRequirement: key!string operator!NodeSelectorOperator values?[]string
        StorageClass: kind?string apiVersion?string metadata?ObjectMeta provisioner!string parameters?map[string]string
          reclaimPolicy?*PersistentVolumeReclaimPolicy mountOptions?[]string allowVolumeExpansion?*bool volumeBindingMode?*VolumeBindingMode
          allowedTopologies?[]TopologySelectorTerm
        TopologySelectorTerm: matchLabelExpressions?[]TopologySelectorLabelRequirement
        TopologySelectorLabelRequirement: key!string values![]string
        """;
}
