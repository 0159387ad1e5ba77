namespace VQWave.Controls;

/// <summary>How far learning a controller has come.</summary>
public enum LearningState
{
    /// <summary>Nothing is being learnt.</summary>
    Idle,

    /// <summary>The next controller that moves will be bound.</summary>
    Waiting,

    /// <summary>A controller is found; its next messages tell what its values mean.</summary>
    Detecting,
}
