@{
    RootModule           = 'ConsulPets.FloorModule.dll'
    ModuleVersion        = '1.0.0'
    GUID                 = '0f6b3a53-6c55-4f0c-8f4e-9c1c7f1f8c10'
    Description          = 'The least that a C# module can be.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @('Get-FloorPod')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
