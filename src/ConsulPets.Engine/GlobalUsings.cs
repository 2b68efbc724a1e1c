global using ConsulPets.Observing;
