// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IX4PNVpnSessions, WithdrawIntent} from "../interfaces/IX4PNVpnSessions.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {TypedHashes} from "../libraries/TypedHashes.sol";
import {Governance} from "./Governance.sol";
import {SessionsBase} from "./SessionsBase.sol";

/// @title A user's free balance: in by allowance, permit or EIP-3009; out by the user alone.
abstract contract FreeBalances is SessionsBase, Governance {
    /// @inheritdoc IX4PNVpnSessions
    mapping(bytes32 digest => bool) public intentUsed;

    /// @inheritdoc IX4PNVpnSessions
    function deposit(uint256 amount) external whenInflowsOpen {
        _depositByAllowance(msg.sender, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function depositFor(address user, uint256 amount) external whenInflowsOpen {
        _depositByAllowance(user, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external
        whenInflowsOpen
    {
        // Whoever copies the permit from the mempool and sends it first has set the very allowance that is needed.
        // If there is none for another reason, the transfer fails.
        try IERC20Permit(TOKEN).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _depositByAllowance(msg.sender, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function depositWithAuthorization(
        address from,
        address user,
        uint256 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant whenInflowsOpen {
        // Credited before the tokens arrive: every way out of the contract is guarded until they did.
        _creditDeposit(user, from, amount);
        bytes32 nonce = TypedHashes.depositIntent(from, user, amount, salt);
        _pullAuthorized(from, amount, validAfter, validBefore, nonce, signature);
    }

    /// @inheritdoc IX4PNVpnSessions
    function withdraw(address to, uint256 amount) external nonReentrant {
        _withdraw(msg.sender, to, amount);
    }

    /// @inheritdoc IX4PNVpnSessions
    function withdrawBySig(WithdrawIntent calldata intent, bytes calldata signature) external nonReentrant {
        _checkDeadline(intent.deadline);
        bytes32 digest = _hashTypedDataV4(TypedHashes.withdrawIntent(intent));
        if (intentUsed[digest]) revert Sessions_IntentUsed(digest);
        if (!Signatures.isFrom(intent.user, digest, signature)) revert Sessions_BadSignature(intent.user);
        intentUsed[digest] = true;

        _spend(intent.user, intent.relayFee);
        _payRelayFee(intent.user, intent.feeTo, intent.relayFee);
        _withdraw(intent.user, intent.to, intent.amount);
    }

    function _depositByAllowance(address user, uint256 amount) private {
        _pull(msg.sender, amount);
        _creditDeposit(user, msg.sender, amount);
    }

    function _creditDeposit(address user, address payer, uint256 amount) private {
        _checkAccount(user);
        _checkAmount(amount);
        _balances[user] += amount;
        emit Deposited(user, payer, amount);
    }

    function _withdraw(address user, address to, uint256 amount) private {
        _checkAccount(to);
        _checkAmount(amount);
        _spend(user, amount);
        emit Withdrawn(user, to, amount);
        _push(to, amount);
    }
}
