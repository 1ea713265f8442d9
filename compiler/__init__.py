"""From ordinary `async def` Python to checked, verified bytecode; `pipeline.py` is the table of contents."""
