package dev.limelight.model.signature;

/** What the values of a network's output are, and so how a probability is read from them. */
public enum OutputKind {

  /** Logits of classes that exclude each other: the softmax, or the sigmoid of a single one. */
  LOGITS,

  /** Logits of classes that do not: each has its own sigmoid. */
  SIGMOIDS,

  /** Probabilities, which are read as they are. */
  PROBABILITIES;

  /** Above it a single output speaks for the second of two classes. */
  public float threshold() {
    return this == PROBABILITIES ? 0.5f : 0;
  }
}
