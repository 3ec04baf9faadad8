/** Networks, where they can be cut, and their two parts; the only package that names an engine. */
package dev.limelight.model;
