// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title X4PN: ERC-20 with permit and a cap, minted only by `X4PNRewards`. Amounts are 10^-18.
/// @notice Nothing exists at the start. Nobody has a power over it: no owner, no pause, no list.
interface IX4PNToken {
    /// @notice Only `MINTER` mints.
    error Token_NotMinter(address caller);
    /// @notice The supply would become `supply`, above `cap`.
    error Token_AboveCap(uint256 supply, uint256 cap);
    /// @notice The zero address as the minter.
    error Token_BadMinter();

    /// @notice Makes `amount` (10^-18 X4PN) for `to`. Reverts unless `MINTER` calls it, and above the cap.
    function mint(address to, uint256 amount) external;
    /// @notice Destroys `amount` (10^-18 X4PN) of the caller's: the supply falls by it.
    function burn(uint256 amount) external;
    /// @notice The supply never exceeds this, 10^-18 X4PN.
    function CAP() external view returns (uint256);
    /// @notice The rewards contract.
    function MINTER() external view returns (address);
}
