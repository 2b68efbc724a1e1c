<#
.SYNOPSIS
Builds, tests and packages ConsulPets. A thin wrapper: `dotnet build` and `dotnet test` do the same without PowerShell.
.EXAMPLE
./build.ps1
.EXAMPLE
./build.ps1 -Task Build, Test, Pester, Package -Configuration Release
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pester', 'Package')]
    [string[]] $Task = @('Build'),

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$root = $PSScriptRoot

switch ($Task) {
    'Build' {
        dotnet build (Join-Path $root 'ConsulPets.sln') --configuration $Configuration
    }
    'Test' {
        dotnet test (Join-Path $root 'ConsulPets.sln') --configuration $Configuration
    }
    'Pester' {
        Import-Module Pester -MinimumVersion 5.5
        Invoke-Pester -Path (Join-Path $root 'tests') -Output Detailed -CI
    }
    'Package' {
        $version = (Import-PowerShellDataFile (Join-Path $root 'ConsulPets.psd1')).ModuleVersion
        $target = Join-Path $root "artifacts/ConsulPets/$version"
        Remove-Item $target -Recurse -Force -ErrorAction Ignore
        $null = New-Item $target -ItemType Directory
        foreach ($part in 'ConsulPets.psd1', 'module', 'en-US', 'README.md', 'CHANGELOG.md', 'LICENSE') {
            Copy-Item (Join-Path $root $part) $target -Recurse
        }
        Get-Item $target
    }
}
