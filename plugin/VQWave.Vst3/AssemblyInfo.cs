using System.Runtime.CompilerServices;

// All signatures are blittable: no marshalling code is generated or wanted.
[assembly: DisableRuntimeMarshalling]
