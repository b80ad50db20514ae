"""What connectors of Google's APIs share: signing in, and what their refusals mean."""
