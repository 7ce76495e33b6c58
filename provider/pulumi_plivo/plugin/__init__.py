"""What Pulumi's engine calls, in the plugin's process."""
