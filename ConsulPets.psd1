@{
    RootModule           = 'module/bin/ConsulPets.dll'
    # The one version source: Directory.Build.props reads it from here.
    ModuleVersion        = '0.1.0'
    GUID                 = '6d0a3c0e-5a3b-4c0e-9e1f-2b7c1f6f4a58'
    Author               = 'ConsulPets contributors'
    CompanyName          = 'ConsulPets'
    Copyright            = '(c) ConsulPets contributors. MIT licence.'
    Description          = 'Runs HashiCorp Consul servers on Kubernetes as a pet set: bootstrap, one view of pods, members, raft and volumes, safe restarts, and removal of stale members.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/ConsulPets.Format.ps1xml')
    TypesToProcess       = @('module/ConsulPets.Types.ps1xml')
    CmdletsToExport      = @(
        'Connect-ConsulPetSet'
        'Disconnect-ConsulPetSet'
        'Find-StalePet'
        'Get-ConsulAutopilot'
        'Get-ConsulMember'
        'Get-ConsulPet'
        'Get-ConsulPetEndpoint'
        'Get-ConsulPetSet'
        'Get-ConsulRaftPeer'
        'Get-ConsulServerCertificate'
        'Get-ConsulSession'
        'Move-ConsulLeader'
        'New-ConsulPetSet'
        'Remove-ConsulPetSet'
        'Remove-ConsulRaftPeer'
        'Remove-StalePet'
        'Resize-ConsulPetSet'
        'Restart-ConsulPet'
        'Restart-ConsulPetSet'
        'Resume-ConsulPetSet'
        'Set-ConsulAutopilot'
        'Suspend-ConsulPetSet'
        'Test-ConsulPetSet'
        'Test-ConsulQuorum'
        'Undo-ConsulPetSet'
        'Update-ConsulGossipKey'
        'Update-ConsulPetSet'
        'Update-ConsulServerCertificate'
        'Wait-ConsulPetSet'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Consul', 'Kubernetes', 'StatefulSet', 'PetSet', 'Raft', 'PSEdition_Core', 'Linux', 'Windows', 'MacOS')
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
