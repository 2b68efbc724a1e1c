#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# The module in a real shell: what the engine-hosted tests cannot see, since they have no Utility module, no formatting to a console and no native exit.
# With CONSULPETS_TEST_KUBECONFIG set, the read-only cmdlets are tried on that cluster too.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot '../ConsulPets.psd1') -Force
    $noCluster = @{ KubeConfig = Join-Path $TestDrive 'none-such' }
}

Describe 'The module in a real shell' {
    It 'is a valid manifest' {
        Test-ModuleManifest (Join-Path $PSScriptRoot '../ConsulPets.psd1') | Should -Not -BeNullOrEmpty
    }

    It 'exports its cmdlets and nothing else' {
        (Get-Command -Module ConsulPets).CommandType | Sort-Object -Unique | Should -Be 'Cmdlet'
        (Get-Module ConsulPets).ExportedCmdlets.Count | Should -Be 26
    }

    It 'keeps its cmdlets when it is imported again by force' {
        Import-Module (Join-Path $PSScriptRoot '../ConsulPets.psd1') -Force
        Get-Command -Module ConsulPets | Should -HaveCount 26
    }

    It 'has help for <Name>' -ForEach (Import-PowerShellDataFile (Join-Path $PSScriptRoot '../ConsulPets.psd1')).CmdletsToExport.ForEach{ @{ Name = $_ } } {
        $help = Get-Help $Name -Full
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.examples.example.Count | Should -BeGreaterOrEqual 2
        $help | Out-String -Width 100 | Should -Match 'EXAMPLE 1'
    }

    It 'tells an error with its recommendation' {
        $problem = { Get-ConsulPetSet @noCluster } | Should -Throw -ErrorId 'KubeConfigNotFound,*' -PassThru
        $problem.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problem.ErrorDetails.RecommendedAction | Should -Match '-KubeConfig'
    }

    It 'names its objects for scripts' {
        [ConsulPets.ConsulPetSet].GetProperty('FailureTolerance') | Should -Not -BeNullOrEmpty
    }

    It 'lives beside another version of YamlDotNet and beside jobs and parallel runspaces' {
        $ids = 1..4 | ForEach-Object -Parallel {
            Import-Module $using:PSScriptRoot/../ConsulPets.psd1
            try { Get-ConsulPetSet -KubeConfig /none/such -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
        }
        $ids | Sort-Object -Unique | Should -Be 'KubeConfigNotFound,ConsulPets.Commands.GetConsulPetSetCommand'
    }
}

Describe 'On a cluster' -Skip:(-not $env:CONSULPETS_TEST_KUBECONFIG) {
    BeforeAll { $cluster = @{ KubeConfig = $env:CONSULPETS_TEST_KUBECONFIG } }

    It 'lists the sets and their pets along a pipeline' {
        $sets = Get-ConsulPetSet @cluster -AllNamespaces
        $pets = $sets | Get-ConsulPet
        @($pets.PetSet | Sort-Object -Unique) | Should -Be @($sets.Name | Sort-Object -Unique)
    }

    It 'shows tables of at most 100 columns' {
        (Get-ConsulPetSet @cluster -AllNamespaces | Format-Table | Out-String -Width 100) -split "`n" |
            ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessOrEqual 100
    }

    It 'says what a mistyped name could have been' {
        { Get-ConsulPet none-such @cluster -ErrorAction Stop } | Should -Throw -ErrorId 'PetNotFound,*'
    }
}
