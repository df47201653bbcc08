"""How the infrastructure gets there: settings, rendering, lint, publishing, plan, deploy, outputs."""

__version__ = "0.1.0"
