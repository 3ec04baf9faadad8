package dev.limelight.onnx.relevance;

import java.util.Map;

/**
 * Rules of relevance for some operators; a service, so that another file of rules is found without
 * an edit elsewhere.
 */
public interface RelevanceRules {

  /** The rule of each operator. */
  Map<String, RelevanceRule> rules();
}
