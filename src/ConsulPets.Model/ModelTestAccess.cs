using System.Runtime.CompilerServices;

// The model check holds one gate of the planner open after the other: nobody else may.
[assembly: InternalsVisibleTo("ConsulPets.Model.Tests")]
