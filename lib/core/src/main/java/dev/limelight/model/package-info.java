/** Networks, where they can be cut, and their two parts; the only package that names an engine. */
@NullMarked
package dev.limelight.model;

import org.jspecify.annotations.NullMarked;
