"""The replay of a load through Application Auto Scaling as AWS documents it. The model in it calls no AWS."""
