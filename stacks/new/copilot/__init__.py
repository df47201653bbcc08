"""AWS Copilot's manifests: what can be taken over of a service that Copilot has deployed."""
