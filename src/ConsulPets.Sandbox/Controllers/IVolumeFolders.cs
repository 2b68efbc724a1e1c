namespace ConsulPets.Sandbox.Controllers;

/// <summary>Where volumes are.</summary>
internal interface IVolumeFolders
{
    /// <summary>Makes a volume's folder. One that is there already stays as it is.</summary>
    /// <param name="name">The volume's name.</param>
    /// <returns>The full path.</returns>
    string Create(string name);

    /// <summary>Deletes a volume's folder with all that is in it. One that is not there is no error.</summary>
    /// <param name="name">The volume's name.</param>
    void Delete(string name);
}
